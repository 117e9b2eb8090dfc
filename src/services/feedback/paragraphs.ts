import { BLOCKS, type Token } from './markup.js';

/** The inline elements that are kept, by the names of the tags that mean them. */
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
/** Elements nested deeper than this are not kept, and their text is. */
const MAX_DEPTH = 100;

/** An element that is open at a place of the text. */
interface Open {
  /** The tag's name; null for a paragraph that was made for the text of a block. */
  readonly name: string | null;
  /** Its tag in the result; null for a block, which becomes the paragraphs in it. */
  readonly shown: string | null;
}

/**
 * Lays tokens out as HTML with the few elements that are kept. Blocks become paragraphs, and a block within another
 * splits it in two. Cells of a row are separated by a space. All other tags are removed, and all text stays. The tags
 * of `a` and `span` stay as they were written.
 */
export function layOut(tokens: readonly Token[]): string {
  let html = '';
  /** The last text is outside paragraphs, and text that follows would run on. */
  let isLoose = false;
  /** A block began or ended after loose text. */
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

  /** Called before visible content: begins a paragraph where it needs one. */
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
  /** Called where a block begins or ends: ends the text before. */
  const part = () => {
    if (isInParagraph()) closeTo(depthOfParagraph());
    else isParted ||= isLoose;
    isLoose = false;
  };
  /** Closes the innermost element of this name, within the innermost list. */
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
      // A paragraph cannot contain another: the second ends the first.
      else if (name === 'p' && open.at(-1)?.name === 'p') open.pop();
      if (kind === 'start' && name !== 'hr') push(name, null);
    }
  }
  closeTo(0);
  return html;
}
