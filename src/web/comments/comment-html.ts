// Comments are HTML of a few tags, cleaned by the server (docs/feedback.md). People write them as plain text.

/** Somebody who is mentioned, under the name that stands in the text. */
export interface Mention {
  readonly id: string;
  readonly name: string;
}

/** A comment as one writes it. */
export interface WrittenComment {
  readonly text: string;
  readonly mentions: readonly Mention[];
  /** The words of the call that it is about; '' without any. */
  readonly quote: string;
}

export const NOTHING_WRITTEN: WrittenComment = { text: '', mentions: [], quote: '' };

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string) => text.replaceAll(/[&<>"]/g, (letter) => ENTITIES[letter]!);

/** The mentions whose names still stand in the text. */
export function mentionsIn({ text, mentions }: WrittenComment): readonly Mention[] {
  return mentions.filter(({ name }) => text.includes(`@${name}`));
}

/** A comment as the API takes it: everything shows as it was typed. */
export function commentHtml(written: WrittenComment): string {
  const paragraphs = written.text.trim().split(/(?:\r?\n[ \t]*){2,}/);
  // The longest names first: one may begin with another.
  const named = [...mentionsIn(written)].sort((a, b) => b.name.length - a.name.length);
  const marks = new Map(
    named.map(({ id, name }) => [
      escapeHtml(`@${name}`),
      `<span data-user-id="${escapeHtml(id)}">${escapeHtml(`@${name}`)}</span>`,
    ]),
  );
  const mark = (html: string) =>
    marks.size === 0
      ? html
      : html.replaceAll(new RegExp([...marks.keys()].map(escapePattern).join('|'), 'g'), (name) => marks.get(name)!);
  const quote = written.quote === '' ? '' : `<p><em>“${escapeHtml(written.quote)}”</em></p>`;
  const shown = paragraphs.map((each) => `<p>${mark(escapeHtml(each)).replaceAll(/\r?\n/g, '<br />')}</p>`);
  return quote + (written.text.trim() === '' ? '' : shown.join(''));
}

const escapePattern = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A comment to be changed, as plain text. */
export function writtenComment(html: string | null): WrittenComment {
  const body = parseComment(html);
  const quoted = body.querySelector(':scope > p:first-child > em:only-child');
  const quote = /^“(.*)”$/s.exec(quoted?.parentElement?.textContent ?? '')?.[1] ?? '';
  if (quote !== '') quoted!.parentElement!.remove();
  const mentions = [...body.querySelectorAll<HTMLElement>('span[data-user-id]')].map(
    ({ dataset, textContent }): Mention => ({ id: dataset.userId!, name: textContent!.replace(/^@/, '') }),
  );
  for (const line of body.querySelectorAll('br')) line.replaceWith('\n');
  for (const item of body.querySelectorAll('li')) item.append('\n');
  const blocks = [...body.childNodes].map((node) => (node.textContent ?? '').trim());
  return { text: blocks.filter((block) => block !== '').join('\n\n'), mentions, quote };
}

/** Reads HTML without running or loading anything of it. */
export function parseComment(html: string | null): HTMLElement {
  return new DOMParser().parseFromString(html ?? '', 'text/html').body;
}
