import { BLOCKS, type Token } from './markup.js';

/** What is kept of a text's look, by the names that it is written with. */
const INLINE = new Map([
  ['strong', 'strong'],
  ['b', 'strong'],
  ['em', 'em'],
  ['i', 'em'],
  ['u', 'u'],
  ['a', 'a'],
  ['span', 'span'],
]);
const LISTS = ['ul', 'ol'];
const CELLS = ['td', 'th'];
/** What is deeper than this is no more than a beginning and an end. */
const MAX_DEPTH = 100;

/** What is open at a place of the text. */
interface Open {
  /** As it was written; null for a paragraph that is made for the text of a block. */
  readonly name: string | null;
  /** Its tag in the result; null for a block, which shows as the paragraphs in it. */
  readonly shown: string | null;
}

/**
 * The HTML of a text's parts with the few elements that are kept: blocks are paragraphs (one within another parts it in two),
 * the cells of a row are a space apart, all other tags are gone, and no text is. The tags of `a` and `span` are still as
 * they were written.
 */
export function layOut(tokens: readonly Token[]): string {
  let html = '';
  /** The text up to here is in no paragraph, and what comes would run on. */
  let isLoose = false;
  /** There was loose text, and a block began or ended behind it. */
  let isParted = false;
  const open: Open[] = [];

  const depthOf = (is: (name: string) => boolean) => open.findLastIndex(({ name }) => name !== null && is(name));
  const depthOfList = () => depthOf((name) => LISTS.includes(name));
  const depthOfBlock = () => depthOf((name) => !INLINE.has(name));
  const depthOfParagraph = () => open.findLastIndex(({ name }) => name === null);
  const isInParagraph = () => depthOfParagraph() > depthOfBlock();
  const closeTo = (depth: number) => {
    while (open.length > depth) {
      const { shown } = open.pop()!;
      if (shown !== null) html += `</${shown}>`;
    }
  };
  const push = (name: string | null, shown: string | null, tag = shown === null ? '' : `<${shown}>`) => {
    if (open.length >= MAX_DEPTH) return;
    open.push({ name, shown });
    html += tag;
  };

  /** Before anything that is seen: begins a paragraph where it needs one. */
  const begin = () => {
    if (!isInParagraph()) {
      if (open[depthOfBlock()]?.shown === null) push(null, 'p');
      else {
        if (isParted) html += '<br />';
        isLoose = true;
      }
    }
    isParted = false;
  };
  /** Where a block begins or ends: ends the text before. */
  const part = () => {
    if (isInParagraph()) closeTo(depthOfParagraph());
    else isParted ||= isLoose;
    isLoose = false;
  };
  /** Closes the innermost of this name, within the list that is open. */
  const close = (name: string) => {
    const at = depthOf((each) => each === name);
    if (at > depthOfList()) closeTo(at);
  };

  for (const token of tokens) {
    if (token.kind === 'nothing') continue;
    if (token.kind === 'text') {
      if (token.text.trim() !== '') begin();
      const keepsLines = depthOf((name) => name === 'pre') >= 0;
      html += keepsLines ? token.text.replaceAll(/\r?\n/g, '<br />') : token.text;
      continue;
    }
    const { kind, name, text } = token;
    const inline = INLINE.get(name);
    if (inline !== undefined && kind === 'start') {
      begin();
      push(inline, inline, inline === 'a' || inline === 'span' ? text : `<${inline}>`);
    } else if (inline !== undefined) {
      const at = depthOf((each) => each === inline);
      if (at > Math.max(depthOfBlock(), isInParagraph() ? depthOfParagraph() : -1)) closeTo(at);
    } else if (name === 'br') {
      begin();
      html += '<br />';
    } else if (CELLS.includes(name)) {
      if (kind === 'start' && isInParagraph()) html += ' ';
    } else if (LISTS.includes(name)) {
      part();
      isParted = false;
      if (kind === 'start') {
        // A paragraph ends where a list begins.
        close('p');
        push(name, name);
      } else {
        const at = depthOf((each) => each === name);
        if (at >= 0) closeTo(at);
      }
    } else if (name === 'li' && depthOfList() >= 0) {
      part();
      isParted = false;
      close('li');
      if (kind === 'start') push('li', 'li');
    } else if (BLOCKS.has(name) || name === 'li') {
      part();
      if (kind === 'end') close(name);
      // Within a paragraph there is no other: it ends the one before.
      else if (name === 'p' && open.at(-1)?.name === 'p') open.pop();
      if (kind === 'start' && name !== 'hr') push(name, null);
    }
  }
  closeTo(0);
  return html;
}
