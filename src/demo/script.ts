import type { Random } from './random.js';

// The notation of the phrase files. It lets them read as dialogue:
//
//   === label spoken in transitions | name            a subject
//   --- first needs-s                                 an exchange and its flags
//   let day ; shift = Monday ; first | Friday ; late  picks that several turns share
//   R: How do you {plan|set up} the {dock|doors}?     turns; {a|b} alternatives, @slot, #3-9# a number
//   C: On @oldtool. <It is as bad as it sounds.>      <…> said only if the speaker has room to continue
//   next: …   ask: question ;; answer                 what a summary of the call would note
//
// Speakers: R the rep, C the customer, S a colleague of the rep (else the rep speaks), D a second customer (else C).

/** The speaker of a line: see the notation above. */
export type Voice = 'R' | 'C' | 'S' | 'D';

type Node =
  | string
  | { readonly kind: 'slot'; readonly name: string }
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  | { readonly kind: 'any'; readonly options: readonly Phrase[] }
  | { readonly kind: 'more'; readonly phrase: Phrase };
/** A parsed phrase. */
export type Phrase = readonly Node[];

interface Let {
  readonly names: readonly string[];
  readonly options: readonly (readonly Phrase[])[];
}

/** A few turns that belong together. */
export interface Exchange {
  /** Whether it opens its subject. */
  readonly first: boolean;
  readonly needs: readonly Voice[];
  readonly lets: readonly Let[];
  readonly turns: readonly { readonly voice: Voice; readonly phrase: Phrase }[];
  readonly nextSteps: readonly Phrase[];
  readonly asks: readonly { readonly question: Phrase; readonly answer: Phrase }[];
  /** The approximate number of words, and the rep side's part of them. */
  readonly words: number;
  readonly repShare: number;
}

/** Something that calls talk about. */
export interface Subject {
  readonly name: string;
  readonly label: string;
  /** Whether its exchanges build on each other and keep their order. */
  readonly ordered: boolean;
  readonly exchanges: readonly Exchange[];
}

/**
 * Parses a phrase file.
 * @throws Error for a mistake in the notation, which is a bug: the files are ours.
 */
export function subjects(source: string): Subject[] {
  return source
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const [head = '', ...exchanges] = part.split(/^---/m);
      const [label = '', name = '', flag = ''] = head.split('|').map((field) => field.trim());
      if (label === '' || name === '') throw new Error(`A subject needs a label and a name: ${head}`);
      return { name, label, ordered: flag === 'ordered', exchanges: exchanges.map(exchange) };
    });
}

function exchange(source: string): Exchange {
  const [flags = '', ...lines] = source.split('\n');
  const words = flags.trim().split(/\s+/);
  const lets: Let[] = [];
  const turns: { voice: Voice; phrase: Phrase }[] = [];
  const nextSteps: Phrase[] = [];
  const asks: { question: Phrase; answer: Phrase }[] = [];
  for (const line of lines) {
    const text = line.trim();
    if (text === '') continue;
    const voiced = /^([RCSD]): (.+)$/.exec(text);
    const chosen = /^let ([a-z0-9 ;]+) = (.+)$/.exec(text);
    if (voiced) turns.push({ voice: voiced[1] as Voice, phrase: phrase(voiced[2]!) });
    else if (chosen) lets.push(oneLet(chosen[1]!, chosen[2]!));
    else if (text.startsWith('next: ')) nextSteps.push(phrase(text.slice(6)));
    else if (text.startsWith('ask: ')) {
      const [question = '', answer = ''] = text.slice(5).split(' ;; ');
      asks.push({ question: phrase(question), answer: phrase(answer) });
    } else throw new Error(`Not a line of a script: ${text}`);
  }
  let rep = 0;
  let all = 0;
  for (const turn of turns) {
    const length = expectedWords(turn.phrase);
    all += length;
    if (turn.voice === 'R' || turn.voice === 'S') rep += length;
  }
  return {
    first: words.includes('first'),
    needs: words.includes('needs-s') ? ['S'] : words.includes('needs-d') ? ['D'] : [],
    lets,
    turns,
    nextSteps,
    asks,
    words: all,
    repShare: all === 0 ? 0.5 : rep / all,
  };
}

function oneLet(names: string, options: string): Let {
  const keys = names.split(';').map((name) => name.trim());
  return {
    names: keys,
    options: options.split(' | ').map((option) => {
      const values = option.split(' ; ').map((value) => phrase(value.trim()));
      if (values.length !== keys.length) throw new Error(`${keys.length} values wanted: ${option}`);
      return values;
    }),
  };
}

/** Parses one phrase in the notation. */
export function phrase(source: string): Phrase {
  let at = 0;
  const parse = (closers: string): Phrase => {
    const nodes: Node[] = [];
    let text = '';
    const flush = () => {
      if (text !== '') nodes.push(text);
      text = '';
    };
    while (at < source.length && !closers.includes(source[at]!)) {
      const char = source[at]!;
      if (char === '{') {
        flush();
        const options: Phrase[] = [];
        do {
          at++;
          options.push(parse('|}'));
        } while (source[at] === '|');
        if (source[at] !== '}') throw new Error(`Unclosed { in: ${source}`);
        at++;
        nodes.push({ kind: 'any', options });
      } else if (char === '<') {
        flush();
        at++;
        const more = parse('>');
        if (source[at] !== '>') throw new Error(`Unclosed < in: ${source}`);
        at++;
        nodes.push({ kind: 'more', phrase: more });
      } else if (char === '@') {
        flush();
        const name = /^[a-z0-9]+/.exec(source.slice(at + 1))?.[0];
        if (name === undefined) throw new Error(`A slot without a name in: ${source}`);
        nodes.push({ kind: 'slot', name });
        at += 1 + name.length;
      } else if (char === '#') {
        flush();
        const range = /^#(\d+)-(\d+)#/.exec(source.slice(at));
        if (range === null) throw new Error(`Not a range in: ${source}`);
        nodes.push({ kind: 'range', low: Number(range[1]), high: Number(range[2]) });
        at += range[0].length;
      } else {
        if (char === '}' || char === '>') throw new Error(`Stray ${char} in: ${source}`);
        text += char;
        at++;
      }
    }
    flush();
    return nodes;
  };
  return parse('');
}

function expectedWords(nodes: Phrase): number {
  let words = 0;
  for (const node of nodes) {
    if (typeof node === 'string') words += node.split(/\s+/).filter((word) => word !== '').length;
    else if (node.kind === 'any') {
      words += node.options.reduce((sum, option) => sum + expectedWords(option), 0) / node.options.length;
    } else if (node.kind === 'more') words += expectedWords(node.phrase) * 0.6;
    else words += 1;
  }
  return words;
}

/** Where a phrase's slots and alternatives come from. */
export interface Rendering {
  readonly random: Random;
  slot(name: string): string;
  /** Whether a `<…>` part is said. */
  saysMore(): boolean;
}

/** Renders a phrase, choosing among its alternatives. */
export function render(nodes: Phrase, rendering: Rendering): string {
  let text = '';
  for (const node of nodes) {
    if (typeof node === 'string') text += node;
    else if (node.kind === 'slot') text += rendering.slot(node.name);
    else if (node.kind === 'range') text += spoken(rendering.random.int(node.low, node.high));
    else if (node.kind === 'any') text += render(rendering.random.pick(node.options), rendering);
    else if (rendering.saysMore()) text += render(node.phrase, rendering);
  }
  return text;
}

const SMALL = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** A number as a transcript writes it: small ones as words, others in digits with separators. */
export function spoken(number: number): string {
  return SMALL[number] ?? number.toLocaleString('en-US');
}

/** Cleans up rendered text: capitals, single spaces, "an" before a vowel (slots do not know what comes before them). */
export function tidy(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ([,.?!])/g, '$1')
    .trim()
    .replace(/\b([Aa]) (?=(?!one\b|once\b|uni|us[aei]|eu|Euro)(?:[aeiouAEIO]|8|11\b|18\b))/g, '$1n ')
    .replace(/(^|[.?!] )([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase())
    .replace(/[^.?!]+[.?]/g, askedOrTold);
}

const ASKED =
  /^ ?(How (?:do|does|did|big|bad|many|much|is|are)|Do you|Does|Did you|Are you|Can (?:you|I|we)|Could (?:you|I|we)|What (?:do|does|is|are|would)) .* /;
const TOLD = /^ ?(Tell me|Walk me|Take me|Give me|Help me|Let me|Show me|Let's) /;

/** Alternatives share the mark after them, which may suit only one of them: a question takes "?", a request ".". */
function askedOrTold(sentence: string): string {
  if (sentence.endsWith('.') && ASKED.test(sentence)) return `${sentence.slice(0, -1)}?`;
  if (sentence.endsWith('?') && TOLD.test(sentence) && !sentence.includes(',')) return `${sentence.slice(0, -1)}.`;
  return sentence;
}
