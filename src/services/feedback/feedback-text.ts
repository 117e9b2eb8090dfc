import sanitizeHtml from 'sanitize-html';
import { readMarkup, type Token } from './markup.js';
import { layOut } from './paragraphs.js';

// The text of feedback is HTML of a few tags, so that any page may show it as it is. All other tags are removed. Text
// that only looks like a tag is escaped first, because the sanitizer would remove it.

const LINK = /^(?:https?:\/\/|mailto:)[^\s]/i;
/** The start of an element that is not inside a paragraph. */
const BLOCK = /<(?:p|ul|ol)>/;
const MAX_PASSES = 8;
/** A character that can be seen. */
const VISIBLE = /[^\s\p{C}\p{Z}]/u;
/** An `&` that does not begin an entity. Entities end in a semicolon: the `&copy` of `?a=1&copy=1` is not an entity. */
const LOOSE_AMPERSAND = /&(?!(?:#\d+|#x[\da-f]+|[a-z][a-z\d]*);)/gi;

/** Stands for a tag that is removed: it is not an allowed one, and the text in it stays. */
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
 * Cleans a text for storing: returns HTML of the allowed tags, in paragraphs, or null where nothing is left to see. In
 * a text without tags, a blank line begins a paragraph. What is not HTML shows as it was typed. A `span` stays where it
 * names one of the mentioned users. Cleaning a cleaned text changes nothing.
 */
export function cleanText(text: string, mentions: readonly string[]): string | null {
  const allowed = rules(mentions);
  const isPlain = readMarkup(text).every(({ kind }) => kind === 'text');
  let html = isPlain ? plainAsHtml(text) : text;
  // Removing a tag may change how those around it are read, so clean until nothing changes.
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = html;
    html = sanitizeHtml(asHtml(html), allowed).trim();
    if (!VISIBLE.test(html.replaceAll(/<[^>]*>/g, ''))) return null;
    if (!BLOCK.test(html)) html = `<p>${html}</p>`;
    if (html === before) break;
  }
  return html;
}

/** Lays the text out in paragraphs and escapes what is not a tag, so that the sanitizer removes tags alone. */
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
