import type { TextBytes } from './json-bytes.js';
import { hashToken } from './tokens.js';
import { headsOf, type Patterns, patternsOf, takeNumbers } from './topic-patterns.js';
import { encodeUtf8 } from './utf8.js';

/** A place in the tree of all phrases: the patterns up to there, one after the other. */
export interface Node {
  /** By the pattern that comes next. */
  readonly next: Map<number, Node>;
  readonly phrases: { readonly topic: number; readonly phrase: number }[];
  code: number;
}

/** The numbers of a row of `tokenSlots`: so many that a row is within one line of the cache. */
const SLOT = 8;

/** The code of the kind that fits no pattern. */
const NO_PATTERN = 1 << 2;

/** Bits of a code that say whether a phrase ends there and whether longer ones go on, and the one that its number begins at. */
export const CODE = { ENDS: 1, GOES_ON: 2, NUMBER: 2 } as const;

/** Where the edge from a state by a kind of tokens, by their codes, is looked for in a table of 2^(32 - shift) places. */
export function edgeHash(state: number, kind: number, shift: number): number {
  return Math.imul(state ^ (kind << 14), 0x85ebca6b) >>> shift;
}

/** Where the first three bytes of a token, as a little-endian number, are in a table of 2^(32 - shift) places. */
export function headHash(three: number, shift: number): number {
  return Math.imul(three, 0x9e3779b1) >>> shift;
}

/**
 * What matching goes by. Tokens that fit the same patterns are of one *kind*. Along a phrase, matching is in a *state*: the
 * nodes that what was said so far leads to, several where it fits several patterns. Kinds and states have codes; the state
 * that a kind leads to from the root has the kind's own. Numbers of codes begin at 1, which is of the kind that fits nothing;
 * 0 is "none".
 *
 * Which kinds there are depends on what is said. A kind of one pattern is there from the beginning, and so is the state of
 * each node; the others are added as calls have their tokens. What is in the tables never changes, and keeps its place.
 */
export interface TopicTables {
  /**
   * The tokens whose kind is known: rows by hash, open addressing, a power of two of them. A row has the hash, the code of the
   * kind (0 where there is no token), and of the token's UTF-8 the length, the first four bytes, the next four, and where it
   * begins in `tokenBytes`. They are those that phrases have; and of those that calls have, numbers with signs, and what the
   * heads let through.
   */
  tokenSlots: Int32Array;
  tokenBytes: Uint8Array;
  /** A bit for each token that phrases have by a longer range of its hash: most others are found out here, in the nearest cache. */
  tokenBits: Int32Array;
  /** Whether phrases have prefixes or forms: tokens that are not known may then fit them, if they begin with a head. */
  readonly isOpen: boolean;
  /**
   * For the first three bytes of tokens that may fit a prefix or a stem, by `headHash`: a bit for each fourth byte that they
   * may have, by its lowest five bits. All are set where any byte will do.
   */
  readonly heads: Int32Array;
  readonly headShift: number;
  /** Whether numbers with signs may fit a phrase: where none does, they need not be looked at. */
  readonly takesNumbers: boolean;
  /** Rows, for each edge: the code of the state that it is from, that of the kind, that of the state that it leads to. */
  nodes: Int32Array;
  /** From the codes of a state and a kind to a row, which says whose it is: open addressing by `edgeHash`. */
  edges: Int32Array;
  edgeShift: number;
  /** A bit for each edge by a longer `edgeHash`, as for tokens. */
  edgeBits: Int32Array;
  edgeBitShift: number;
  /** Rows, for each state that has any: its first phrase end, and what `endings` says of it. */
  nodeEndings: Int32Array;
  /**
   * Topic and phrase, as indices into the topics and their words. An index into these columns is a *phrase end*; those of a
   * state follow each other, and a phrase has one for each state that it ends in.
   */
  readonly endingTopic: number[];
  readonly endingPhrase: number[];
  /** The UTF-8 of the JSON that a match by each phrase end begins with, as far as it is the same in every call. */
  readonly endingJson: TextBytes[];
  /** The topic doubled, plus 1 where the next phrase end is of the same state. */
  endings: Int32Array;
  /** The most phrase ends of a state, and the most tokens of a phrase. */
  mostEndings: number;
  mostTokens: number;
  /** What was put into columns since somebody took this over; null where a column is another than it was. */
  changes: Change[] | null;
  readonly growth: Growth;
}

type ColumnName = Exclude<
  { [Name in keyof TopicTables]: TopicTables[Name] extends Int32Array | Uint8Array ? Name : never }[keyof TopicTables],
  'heads'
>;

interface Change {
  readonly name: ColumnName;
  readonly at: number;
  readonly value: number;
}

interface Kind {
  readonly code: number;
  readonly patterns: readonly number[];
}

interface State {
  readonly code: number;
  readonly nodes: readonly Node[];
}

/** What adding to the tables goes by. */
interface Growth {
  readonly root: Node;
  readonly patterns: Patterns;
  readonly jsonOf: (topic: number, phrase: number) => TextBytes;
  tokenCount: number;
  byteCount: number;
  rowCount: number;
  /** Numbers of codes that are given. */
  numberCount: number;
  /** The code of each pattern's own kind. */
  readonly patternCodes: number[];
  /** Of several patterns, by their numbers. */
  readonly kinds: Map<string, Kind>;
  /** Those of several patterns, by each of them. */
  readonly kindsWith: Map<number, Kind[]>;
  /** Of several nodes, by their codes. */
  readonly states: Map<string, State>;
  /** The states from which a pattern goes on; filled when there is a kind of several patterns. */
  readonly statesBefore: Map<number, State[]>;
}

/** Beyond so many tokens, or codes, tables are better made anew. */
const MOST_TOKENS = 2 ** 17;
const MOST_CODES = 2 ** 20;

/** The tables for the tree of phrases of topics, with the kinds and states that every call has. */
export function createTables(
  root: Node,
  patterns: Patterns,
  jsonOf: (topic: number, phrase: number) => TextBytes,
): TopicTables {
  const nodes = [root];
  const depths = [0];
  // Breadth first: those that scanning visits most lie together, and the first ones have the numbers of their patterns.
  for (let at = 0; at < nodes.length; at++) {
    for (const next of nodes[at]!.next.values()) depths[nodes.push(next) - 1] = depths[at]! + 1;
  }
  const linkCount = nodes.length - 1;
  const edgeBitCount = bitsFor(linkCount * 32);
  const edgeShift = 32 - bitsFor(linkCount * 4);
  const tables: TopicTables = {
    tokenSlots: new Int32Array(2 ** bitsFor(patterns.written.size * 2) * SLOT),
    tokenBytes: new Uint8Array(patterns.written.size * 8),
    tokenBits: new Int32Array(2 ** (bitsFor(patterns.written.size * 32) - 5)),
    isOpen: patterns.prefixes.size + patterns.stems.size > 0,
    ...headTable(headsOf(patterns)),
    takesNumbers: takeNumbers(patterns),
    nodes: new Int32Array((linkCount + 1) * 3),
    edges: new Int32Array(2 ** (32 - edgeShift)),
    edgeShift,
    edgeBits: new Int32Array(2 ** (edgeBitCount - 5)),
    edgeBitShift: 32 - edgeBitCount,
    nodeEndings: new Int32Array(nodes.length * 2),
    ...{ endingTopic: [], endingPhrase: [], endingJson: [] },
    endings: new Int32Array(nodes.length),
    mostEndings: 0,
    // Breadth first: the last one is of the longest.
    mostTokens: depths.at(-1)!,
    changes: null,
    growth: {
      ...{ root, patterns, jsonOf, tokenCount: 0, byteCount: 0, rowCount: 0, numberCount: 1, patternCodes: [] },
      ...{ kinds: new Map(), kindsWith: new Map(), states: new Map(), statesBefore: new Map() },
    },
  };
  for (const node of nodes) if (node !== root) node.code = giveCode(tables, [node]);
  const { patternCodes } = tables.growth;
  for (let pattern = 0; pattern < patterns.count; pattern++) {
    patternCodes.push(root.next.get(pattern)?.code ?? giveCode(tables, []));
  }
  for (const node of nodes) {
    if (node === root) continue;
    for (const [pattern, next] of node.next) putEdge(tables, node.code, patternCodes[pattern]!, next.code);
  }
  for (const text of patterns.written.keys()) {
    learnToken(tables, text);
    const hash = hashToken(text);
    tables.tokenBits[(hash >>> 5) & (tables.tokenBits.length - 1)]! |= 1 << (hash & 31);
  }
  return tables;
}

/** Whether what calls have added is too much to be kept. */
export function areFull({ growth }: TopicTables): boolean {
  return growth.tokenCount > MOST_TOKENS || growth.numberCount > MOST_CODES;
}

/** The code of the kind of a token that is not known yet, and is from now on. */
export function learnToken(tables: TopicTables, text: string): number {
  const { growth } = tables;
  const code = kindOf(tables, text);
  const bytes = encodeUtf8(text);
  const at = growth.byteCount;
  bytes.forEach((byte, i) => {
    put(tables, 'tokenBytes', at + i, byte);
  });
  growth.byteCount += bytes.length;
  growth.tokenCount++;
  const [first, second] = new Int32Array(Uint8Array.from({ length: 8 }, (_, i) => bytes[i] ?? 0).buffer);
  putToken(tables, [hashToken(text) | 0, code, bytes.length, first!, second!, at]);
  // Half full, at most.
  if (growth.tokenCount * 2 * SLOT > tables.tokenSlots.length) {
    const { tokenSlots } = tables;
    tables.tokenSlots = new Int32Array(tokenSlots.length * 2);
    tables.changes = null;
    for (let row = 0; row < tokenSlots.length; row += SLOT) {
      if (tokenSlots[row + 1] !== 0) putToken(tables, tokenSlots.subarray(row, row + SLOT));
    }
  }
  return code;
}

function putToken(tables: TopicTables, row: ArrayLike<number>): void {
  const { tokenSlots } = tables;
  let at = (row[0]! * SLOT) & (tokenSlots.length - 1);
  while (tokenSlots[at + 1] !== 0) at = (at + SLOT) & (tokenSlots.length - 1);
  for (let i = 0; i < row.length; i++) put(tables, 'tokenSlots', at + i, row[i]!);
}

function kindOf(tables: TopicTables, text: string): number {
  const { growth } = tables;
  const patterns = patternsOf(growth.patterns, text);
  if (patterns.length < 2) return patterns.length === 0 ? NO_PATTERN : growth.patternCodes[patterns[0]!]!;
  const key = patterns.join();
  const kind = growth.kinds.get(key) ?? addKind(tables, patterns);
  growth.kinds.set(key, kind);
  return kind.code;
}

/** Adds the kind of several patterns, and all states that tokens of it and of the kinds that are known can lead to. */
function addKind(tables: TopicTables, patterns: readonly number[]): Kind {
  const { root, kindsWith, statesBefore } = tables.growth;
  if (kindsWith.size === 0) indexNodes(tables.growth);
  const nodes = patterns.flatMap((pattern) => root.next.get(pattern) ?? []);
  const kind: Kind = { code: giveCode(tables, nodes), patterns };
  const before = new Set(patterns.flatMap((pattern) => statesBefore.get(pattern) ?? []));
  for (const pattern of patterns) addTo(kindsWith, pattern, kind);
  for (const state of before) addEdge(tables, state, kind);
  goOn(tables, { code: kind.code, nodes });
  return kind;
}

function indexNodes({ root, statesBefore }: Growth): void {
  const nodes = [...root.next.values()];
  for (const node of nodes) {
    for (const [pattern, next] of node.next) {
      addTo(statesBefore, pattern, { code: node.code, nodes: [node] });
      nodes.push(next);
    }
  }
}

/** Adds the edges from a new state, by all kinds that are known. */
function goOn(tables: TopicTables, state: State): void {
  const { kindsWith, statesBefore, patternCodes } = tables.growth;
  const several = new Set<Kind>();
  for (const pattern of new Set(state.nodes.flatMap(({ next }) => [...next.keys()]))) {
    addTo(statesBefore, pattern, state);
    addEdge(tables, state, { code: patternCodes[pattern]!, patterns: [pattern] });
    for (const kind of kindsWith.get(pattern) ?? []) several.add(kind);
  }
  for (const kind of several) addEdge(tables, state, kind);
}

function addEdge(tables: TopicTables, state: State, kind: Kind): void {
  const nodes = state.nodes.flatMap(({ next }) => kind.patterns.flatMap((pattern) => next.get(pattern) ?? []));
  putEdge(tables, state.code, kind.code, stateOf(tables, nodes));
}

/** The code of the state of some nodes, at least one. */
function stateOf(tables: TopicTables, nodes: readonly Node[]): number {
  if (nodes.length === 1) return nodes[0]!.code;
  const { states } = tables.growth;
  const key = nodes
    .map(({ code }) => code)
    .sort((a, b) => a - b)
    .join();
  const known = states.get(key);
  if (known) return known.code;
  const state: State = { code: giveCode(tables, nodes), nodes };
  states.set(key, state);
  goOn(tables, state);
  return state.code;
}

/** A new code: of a state of these nodes, with the phrases that end in it. */
function giveCode(tables: TopicTables, nodes: readonly Node[]): number {
  const { endingTopic, endingPhrase, endingJson, growth } = tables;
  const number = ++growth.numberCount;
  const phrases = nodes.flatMap((node) => node.phrases);
  put(tables, 'nodeEndings', number * 2 + 1, 0);
  phrases.forEach(({ topic, phrase }, i) => {
    const ending = endingTopic.push(topic) - 1;
    endingPhrase.push(phrase);
    endingJson.push(growth.jsonOf(topic, phrase));
    const topicAndMore = topic * 2 + (i + 1 < phrases.length ? 1 : 0);
    put(tables, 'endings', ending, topicAndMore);
    if (i > 0) return;
    put(tables, 'nodeEndings', number * 2, ending);
    put(tables, 'nodeEndings', number * 2 + 1, topicAndMore);
  });
  tables.mostEndings = Math.max(tables.mostEndings, phrases.length);
  const goesOn = nodes.some(({ next }) => next.size > 0);
  return (number << CODE.NUMBER) | (phrases.length > 0 ? CODE.ENDS : 0) | (goesOn ? CODE.GOES_ON : 0);
}

function putEdge(tables: TopicTables, from: number, kind: number, to: number): void {
  const row = ++tables.growth.rowCount;
  [from, kind, to].forEach((code, i) => {
    put(tables, 'nodes', row * 3 + i, code);
  });
  putRow(tables, row);
  // Half full, at most.
  if (row * 2 <= tables.edges.length) return;
  tables.edges = new Int32Array(tables.edges.length * 2);
  tables.edgeShift--;
  tables.edgeBits = new Int32Array(tables.edgeBits.length * 2);
  tables.edgeBitShift--;
  tables.changes = null;
  for (let known = 1; known <= row; known++) putRow(tables, known);
}

function putRow(tables: TopicTables, row: number): void {
  const { nodes, edges, edgeShift, edgeBits, edgeBitShift } = tables;
  const [from, kind] = [nodes[row * 3]!, nodes[row * 3 + 1]!];
  let at = edgeHash(from, kind, edgeShift);
  while (edges[at] !== 0) at = (at + 1) & (edges.length - 1);
  put(tables, 'edges', at, row);
  const bit = edgeHash(from, kind, edgeBitShift);
  put(tables, 'edgeBits', bit >>> 5, edgeBits[bit >>> 5]! | (1 << (bit & 31)));
}

function put(tables: TopicTables, name: ColumnName, at: number, value: number): void {
  const column = tables[name];
  if (at >= column.length) {
    const longer = name === 'tokenBytes' ? new Uint8Array((at + 1) * 2) : new Int32Array((at + 1) * 2);
    longer.set(column);
    Object.assign(tables, { [name]: longer });
  }
  tables[name][at] = value;
  tables.changes?.push({ name, at, value });
}

function headTable(texts: readonly string[]): Pick<TopicTables, 'heads' | 'headShift'> {
  const bits = bitsFor(texts.length * 4);
  const heads = new Int32Array(2 ** bits);
  const headShift = 32 - bits;
  for (const text of texts) {
    const [first, second, third, fourth] = encodeUtf8(text);
    const at = headHash(first! | (second! << 8) | (third! << 16), headShift);
    heads[at]! |= fourth === undefined ? -1 : 1 << (fourth & 31);
  }
  return { heads, headShift };
}

/** The bits that number at least `places` places, from 1,024 to 2^28 of them. */
function bitsFor(places: number): number {
  return Math.min(Math.max(Math.ceil(Math.log2(places + 1)), 10), 28);
}

function addTo<T>(lists: Map<number, T[]>, key: number, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
