/** The user id in a mention's mark, in text that has been cleaned. */
const MENTION = /(?<=<span data-user-id=")[^"]*/g;

/** Cleaned HTML with the users whom it mentions under other ids. Ids that `ids` does not have stay. */
export function renameMentions(html: string, ids: ReadonlyMap<string, string>): string {
  return html.replaceAll(MENTION, (mark) => escapeAttribute(ids.get(readAttribute(mark)) ?? readAttribute(mark)));
}

/** What an attribute's letters are written as, in the order of writing. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

function escapeAttribute(value: string): string {
  return [...ENTITIES].reduce((text, [letter, entity]) => text.replaceAll(letter, entity), value);
}

function readAttribute(text: string): string {
  return [...ENTITIES].reduceRight((value, [letter, entity]) => value.replaceAll(entity, letter), text);
}
