import sanitizeHtml from 'sanitize-html';

// What people write is HTML of a few tags: everything else is taken out, so that whoever shows it may show it as it is.

const LINK = /^(?:https?:\/\/|mailto:)[^\s]/i;
const TAG = /<[a-z/!?]/i;
/** What stands on a page by itself, and is in no paragraph. */
const BLOCK = /<(?:p|ul|ol)>/;
const MAX_PASSES = 8;
/** Anything that ink is used for. */
const VISIBLE = /[^\s\p{C}\p{Z}]/u;

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
      b: 'strong',
      i: 'em',
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
 * Text as it is stored and shown: HTML of the allowed tags, in paragraphs; null where nothing is left to see. Text without a
 * tag is plain: a blank line begins a paragraph, and it shows as it was typed. A `span` is a mention, of a user who is mentioned.
 * Given its own result, it answers the same.
 */
export function cleanText(text: string, mentions: readonly string[]): string | null {
  const allowed = rules(mentions);
  let html = TAG.test(text) ? text : plainAsHtml(text);
  // A tag that was taken out from between two others changes how those are read: again, until nothing changes.
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = html;
    html = sanitizeHtml(html, allowed).trim();
    if (!VISIBLE.test(html.replaceAll(/<[^>]*>/g, ''))) return null;
    if (!BLOCK.test(html)) html = `<p>${html}</p>`;
    if (html === before) break;
  }
  return html;
}

function plainAsHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .split(/(?:\r?\n[ \t]*){2,}/)
    .map((paragraph) => `<p>${paragraph.trim().replaceAll(/\r?\n/g, '<br />')}</p>`)
    .join('');
}
