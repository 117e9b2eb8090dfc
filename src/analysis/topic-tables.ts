import type { TextBytes } from './json-bytes.js';
import { hashToken } from './tokens.js';
import { headsOf, mayFitNumbers, type Patterns, patternsOf } from './topic-patterns.js';
import { encodeUtf8 } from './utf8.js';

/** A node in the tree of all phrases: it stands for a sequence of patterns. */
export interface Node {
  /** The next nodes, by pattern. */
  readonly next: Map<number, Node>;
  readonly phrases: { readonly topic: number; readonly phrase: number }[];
  code: number;
}

/** The numbers in a row of `tokenSlots`: chosen so that a row is within one cache line. */
const SLOT = 8;

/** The code of the kind that fits no pattern. */
const NO_PATTERN = 1 << 2;

/** A code's bits: whether a phrase ends there, whether longer phrases continue, and the lowest bit of its number. */
export const CODE = { ENDS: 1, CONTINUES: 2, NUMBER: 2 } as const;

/**
 * The place where the search begins for the edge from a state by a kind (given by their codes), in a table of 2^(32 -
 * shift) places.
 */
export function edgeHash(state: number, kind: number, shift: number): number {
  return Math.imul(state ^ (kind << 14), 0x85ebca6b) >>> shift;
}

/** The place of a token's first three bytes, as a little-endian number, in a table of 2^(32 - shift) places. */
export function headHash(three: number, shift: number): number {
  return Math.imul(three, 0x9e3779b1) >>> shift;
}

/**
 * The tables that matching reads: a deterministic automaton over the tree of phrases, built as far as calls need it.
 * Tokens that fit the same patterns are of one *kind*. Along a phrase, matching is in a *state*: the set of nodes that
 * the tokens so far lead to, several if a token fits several patterns. Kinds and states have codes. The state that a
 * kind leads to from the root has the kind's code. The numbers in codes begin at 1, which is the kind that fits
 * nothing; 0 means "none".
 *
 * Which kinds exist depends on the tokens that calls have. The kinds of one pattern and the states of single nodes
 * exist from the beginning; the others are added when a call has such a token. Entries never change or move.
 */
export interface TopicTables {
  /**
   * The tokens whose kinds are known: a hash table with open addressing, whose number of rows is a power of two. A row
   * has the hash, the code of the kind (0 in an empty row), and for the token's UTF-8 the length, the first four bytes,
   * the next four, and where it begins in `tokenBytes`. It holds the tokens of phrases, and of the tokens of calls the
   * signed numbers and those that `heads` lets through.
   */
  tokenSlots: Int32Array;
  tokenBytes: Uint8Array;
  /**
   * A Bloom filter: one bit for each token of phrases, by a longer range of its hash. It rejects most other tokens
   * within the nearest cache.
   */
  tokenBits: Int32Array;
  /** Whether phrases have prefixes or forms. Unknown tokens may then fit them, if they begin as `heads` says. */
  readonly hasPrefixesOrForms: boolean;
  /**
   * A filter of tokens that may fit a prefix or stem, indexed by `headHash` of their first three bytes: a bit for each
   * possible fourth byte, by its lowest five bits. All bits are set where any byte will do.
   */
  readonly heads: Int32Array;
  readonly headShift: number;
  /** Whether signed numbers may fit a phrase; if not, they are skipped. */
  readonly mayFitNumbers: boolean;
  /**
   * For each edge: the code of the state that it leaves, the code of the kind, the code of the state that it enters.
   */
  nodes: Int32Array;
  /** Rows of `nodes`, by the codes of a state and a kind: a hash table with open addressing by `edgeHash`. */
  edges: Int32Array;
  edgeShift: number;
  /** One bit for each edge, by a longer `edgeHash`: a filter as for tokens. */
  edgeBits: Int32Array;
  edgeBitShift: number;
  /** For each state that ends phrases: its first phrase end, and that end's entry in `endings`. */
  nodeEndings: Int32Array;
  /**
   * Topic and phrase, as indices into the topics and their words. An index into these columns is a *phrase end*. The
   * phrase ends of a state are consecutive. A phrase has one for each state in which it ends.
   */
  readonly endingTopic: number[];
  readonly endingPhrase: number[];
  /**
   * For each phrase end, the UTF-8 of the JSON with which its matches begin: the part that is the same in every call.
   */
  readonly endingJson: TextBytes[];
  /** For each phrase end, its topic times 2, plus 1 if the next phrase end belongs to the same state. */
  endings: Int32Array;
  /** The most phrase ends of a state, and the most tokens of a phrase. */
  maxEndings: number;
  maxPhraseTokens: number;
  /** The entries written since these tables were last copied; null if a column was replaced. */
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

/** What is needed to add to the tables. */
interface Growth {
  readonly root: Node;
  readonly patterns: Patterns;
  readonly jsonOf: (topic: number, phrase: number) => TextBytes;
  tokenCount: number;
  byteCount: number;
  rowCount: number;
  /** The last number given to a code. */
  numberCount: number;
  /** The code of the kind that fits only this pattern, for each pattern. */
  readonly patternCodes: number[];
  /** Kinds of several patterns, by their patterns' numbers. */
  readonly kinds: Map<string, Kind>;
  /** Kinds of several patterns, by each of their patterns. */
  readonly kindsWith: Map<number, Kind[]>;
  /** States of several nodes, by their nodes' codes. */
  readonly states: Map<string, State>;
  /** The states that have an edge by a pattern. Filled when the first kind of several patterns is added. */
  readonly statesBefore: Map<number, State[]>;
}

/** Beyond this many tokens or codes, the tables are made anew. */
const MAX_TOKENS = 2 ** 17;
const MAX_CODES = 2 ** 20;

/** Makes the tables for a tree of phrases, with the kinds and states that always exist. */
export function createTables(
  root: Node,
  patterns: Patterns,
  jsonOf: (topic: number, phrase: number) => TextBytes,
): TopicTables {
  const nodes = [root];
  const depths = [0];
  // Breadth first, so that the nodes visited most are close together, and the first ones have the numbers of their
  // patterns.
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
    hasPrefixesOrForms: patterns.prefixes.size + patterns.stems.size > 0,
    ...headTable(headsOf(patterns)),
    mayFitNumbers: mayFitNumbers(patterns),
    nodes: new Int32Array((linkCount + 1) * 3),
    edges: new Int32Array(2 ** (32 - edgeShift)),
    edgeShift,
    edgeBits: new Int32Array(2 ** (edgeBitCount - 5)),
    edgeBitShift: 32 - edgeBitCount,
    nodeEndings: new Int32Array(nodes.length * 2),
    endingTopic: [],
    endingPhrase: [],
    endingJson: [],
    endings: new Int32Array(nodes.length),
    maxEndings: 0,
    // Breadth first, so the last node is a deepest one.
    maxPhraseTokens: depths.at(-1)!,
    changes: null,
    growth: {
      root,
      patterns,
      jsonOf,
      tokenCount: 0,
      byteCount: 0,
      rowCount: 0,
      numberCount: 1,
      patternCodes: [],
      kinds: new Map(),
      kindsWith: new Map(),
      states: new Map(),
      statesBefore: new Map(),
    },
  };
  for (const node of nodes) if (node !== root) node.code = newCode(tables, [node]);
  const { patternCodes } = tables.growth;
  for (let pattern = 0; pattern < patterns.count; pattern++) {
    patternCodes.push(root.next.get(pattern)?.code ?? newCode(tables, []));
  }
  for (const node of nodes) {
    if (node === root) continue;
    for (const [pattern, next] of node.next) putEdge(tables, node.code, patternCodes[pattern]!, next.code);
  }
  for (const text of patterns.written.keys()) {
    addToken(tables, text);
    const hash = hashToken(text);
    tables.tokenBits[(hash >>> 5) & (tables.tokenBits.length - 1)]! |= 1 << (hash & 31);
  }
  return tables;
}

/** Whether calls have added too much to keep. */
export function isFull({ growth }: TopicTables): boolean {
  return growth.tokenCount > MAX_TOKENS || growth.numberCount > MAX_CODES;
}

/** Adds a token that the tables do not have, and returns the code of its kind. */
export function addToken(tables: TopicTables, text: string): number {
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
  // The table is at most half full.
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

/** Adds a kind of several patterns, and all states that tokens of known kinds can now lead to. */
function addKind(tables: TopicTables, patterns: readonly number[]): Kind {
  const { root, kindsWith, statesBefore } = tables.growth;
  if (kindsWith.size === 0) indexNodes(tables.growth);
  const nodes = patterns.flatMap((pattern) => root.next.get(pattern) ?? []);
  const kind: Kind = { code: newCode(tables, nodes), patterns };
  const before = new Set(patterns.flatMap((pattern) => statesBefore.get(pattern) ?? []));
  for (const pattern of patterns) append(kindsWith, pattern, kind);
  for (const state of before) addEdge(tables, state, kind);
  addEdgesFrom(tables, { code: kind.code, nodes });
  return kind;
}

function indexNodes({ root, statesBefore }: Growth): void {
  const nodes = [...root.next.values()];
  for (const node of nodes) {
    for (const [pattern, next] of node.next) {
      append(statesBefore, pattern, { code: node.code, nodes: [node] });
      nodes.push(next);
    }
  }
}

/** Adds the edges from a new state, by all known kinds. */
function addEdgesFrom(tables: TopicTables, state: State): void {
  const { kindsWith, statesBefore, patternCodes } = tables.growth;
  const several = new Set<Kind>();
  for (const pattern of new Set(state.nodes.flatMap(({ next }) => [...next.keys()]))) {
    append(statesBefore, pattern, state);
    addEdge(tables, state, { code: patternCodes[pattern]!, patterns: [pattern] });
    for (const kind of kindsWith.get(pattern) ?? []) several.add(kind);
  }
  for (const kind of several) addEdge(tables, state, kind);
}

function addEdge(tables: TopicTables, state: State, kind: Kind): void {
  const nodes = state.nodes.flatMap(({ next }) => kind.patterns.flatMap((pattern) => next.get(pattern) ?? []));
  putEdge(tables, state.code, kind.code, stateOf(tables, nodes));
}

/** The code of the state of these nodes; there is at least one. */
function stateOf(tables: TopicTables, nodes: readonly Node[]): number {
  if (nodes.length === 1) return nodes[0]!.code;
  const { states } = tables.growth;
  const key = nodes
    .map(({ code }) => code)
    .sort((a, b) => a - b)
    .join();
  const known = states.get(key);
  if (known) return known.code;
  const state: State = { code: newCode(tables, nodes), nodes };
  states.set(key, state);
  addEdgesFrom(tables, state);
  return state.code;
}

/** Makes a new code for a state of these nodes, with the phrases that end in it. */
function newCode(tables: TopicTables, nodes: readonly Node[]): number {
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
  tables.maxEndings = Math.max(tables.maxEndings, phrases.length);
  const continues = nodes.some(({ next }) => next.size > 0);
  return (number << CODE.NUMBER) | (phrases.length > 0 ? CODE.ENDS : 0) | (continues ? CODE.CONTINUES : 0);
}

function putEdge(tables: TopicTables, from: number, kind: number, to: number): void {
  const row = ++tables.growth.rowCount;
  [from, kind, to].forEach((code, i) => {
    put(tables, 'nodes', row * 3 + i, code);
  });
  putRow(tables, row);
  // The table is at most half full.
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

/** The number of bits to index at least `places` places, which are kept from 1,024 to 2^28. */
function bitsFor(places: number): number {
  return Math.min(Math.max(Math.ceil(Math.log2(places + 1)), 10), 28);
}

function append<T>(lists: Map<number, T[]>, key: number, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
