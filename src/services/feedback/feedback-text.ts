import sanitizeHtml from 'sanitize-html';
import { readMarkup, type Token } from './markup.js';
import { layOut } from './paragraphs.js';

// What people write is HTML of a few tags: everything else is taken out, so that whoever shows it may show it as it is. What
// is no HTML is escaped here, before the sanitizer, which would take it for tags and lose it.

const LINK = /^(?:https?:\/\/|mailto:)[^\s]/i;
/** What stands on a page by itself, and is in no paragraph. */
const BLOCK = /<(?:p|ul|ol)>/;
const MAX_PASSES = 8;
/** Anything that ink is used for. */
const VISIBLE = /[^\s\p{C}\p{Z}]/u;
/** An `&` that begins no entity. Entities have a semicolon: `&copy=1` in an address is none. */
const LOOSE_AMPERSAND = /&(?!(?:#\d+|#x[\da-f]+|[a-z][a-z\d]*);)/gi;

/** Tags of no HTML, which leave their text behind. */
const DROPPED = { tagName: 'dropped', attribs: {} };

function rules(mentions: readonly string[]): sanitizeHtml.IOptions {
  return {
    allowedTags: ['p', 'br', 'strong', 'em', 'u', 'ul', 'ol', 'li', 'a', 'span'],
    allowedAttributes: { a: ['href', 'rel'], span: ['data-user-id'] },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowProtocolRelative: false,
    nestingLimit: 20,
    transformTags: {
      a: (_tag, { href = '' }) =>
        LINK.test(href) ? { tagName: 'a', attribs: { href, rel: 'noopener nofollow' } } : DROPPED,
      span: (_tag, { 'data-user-id': userId }) =>
        userId !== undefined && mentions.includes(userId)
          ? { tagName: 'span', attribs: { 'data-user-id': userId } }
          : DROPPED,
    },
  };
}

/**
 * Text as it is stored and shown: HTML of the allowed tags, in paragraphs; null where nothing is left to see. Text without
 * HTML is plain: a blank line begins a paragraph. In both, what is no HTML shows as it was typed. A `span` is a mention, of a
 * user who is mentioned. Given its own result, it answers the same.
 */
export function cleanText(text: string, mentions: readonly string[]): string | null {
  const allowed = rules(mentions);
  const isPlain = readMarkup(text).every(({ kind }) => kind === 'text');
  let html = isPlain ? plainAsHtml(text) : text;
  // A tag that was taken out from between two others changes how those are read: again, until nothing changes.
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = html;
    html = sanitizeHtml(asHtml(html), allowed).trim();
    if (!VISIBLE.test(html.replaceAll(/<[^>]*>/g, ''))) return null;
    if (!BLOCK.test(html)) html = `<p>${html}</p>`;
    if (html === before) break;
  }
  return html;
}

/** HTML of which the sanitizer loses nothing but what tags say: in paragraphs, and all that is no tag escaped. */
function asHtml(text: string): string {
  const escaped = (part: Token) =>
    part.kind === 'text' ? { ...part, text: escapeAngles(part.text.replaceAll(LOOSE_AMPERSAND, '&amp;')) } : part;
  return layOut(readMarkup(text).map(escaped));
}

function plainAsHtml(text: string): string {
  return escapeAngles(text.replaceAll('&', '&amp;'))
    .split(/(?:\r?\n[ \t]*){2,}/)
    .map((paragraph) => `<p>${paragraph.trim().replaceAll(/\r?\n/g, '<br />')}</p>`)
    .join('');
}

function escapeAngles(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
