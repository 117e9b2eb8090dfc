import { type TextBytes, textBytes } from './json-bytes.js';
import { hashToken, tokensOf } from './tokens.js';
import { encodeUtf8 } from './utf8.js';

/** A topic as an account defines it. */
export interface Topic {
  readonly id: number;
  readonly name: string;
  /** Words and phrases, in the topic's order. */
  readonly words: readonly string[];
}

/**
 * Topics made ready for matching: all phrases of all topics in one trie over tokens. Numbers of tokens and nodes begin at
 * 1; 0 is "none" (and, as a node, the root). A node's *code* is its number and, in bits of `CODE`, whether a phrase ends there
 * and whether longer ones go on. Compile once, use for any number of calls.
 */
export interface TopicSet {
  /** In the order of their ids, each word once. */
  readonly topics: readonly Topic[];
  /**
   * Every token that a phrase has: rows of hash and token number by hash, open addressing, a power of two of them. A token
   * that phrases begin with has the number of the node that it leads to.
   */
  readonly tokenSlots: Int32Array;
  /** UTF-8 of the tokens, and where in it each begins (by number), and the end. */
  readonly tokenBytes: Uint8Array;
  readonly tokenOffsets: Int32Array;
  /** A bit for each token by a longer range of its hash: most that no phrase has are found out here, in the nearest cache. */
  readonly tokenBits: Int32Array;
  /** The code of each token: that of the node it leads to from the root, or its number alone. */
  readonly tokenCodes: Int32Array;
  /** Rows, for each node: the code of the node before it, that of the token from there to it, its own. */
  readonly nodes: Int32Array;
  /** Rows, for each node that has any: its first phrase end, and what `endings` says of it. */
  readonly nodeEndings: Int32Array;
  /** From the codes of a node and a token to a node, which says whose it is: open addressing by `edgeHash`. */
  readonly edges: Int32Array;
  readonly edgeShift: number;
  /** A bit for each edge by a longer `edgeHash`, as for tokens. */
  readonly edgeBits: Int32Array;
  readonly edgeBitShift: number;
  /**
   * Topic and phrase, as indices into `topics` and its words. An index into these columns is a *phrase end*; those of a node
   * follow each other.
   */
  readonly endingTopic: Int32Array;
  readonly endingPhrase: Int32Array;
  /** The topic doubled, plus 1 where the next phrase end is of the same node. */
  readonly endings: Int32Array;
  /** The most phrase ends of a node, and the most tokens of a phrase. */
  readonly mostEndings: number;
  readonly mostTokens: number;
  /** The UTF-8 of the JSON that a match by each phrase end begins with, as far as it is the same in every call. */
  readonly endingJson: readonly TextBytes[];
  /** The UTF-8 of what comes before each topic's matches in JSON. */
  readonly topicJson: readonly TextBytes[];
}

/** Bits of a code that say what it is of, and the one that its number begins at. */
export const CODE = { ENDS: 1, GOES_ON: 2, NUMBER: 2 } as const;

/** Where the edge from a node by a token, by their codes, is looked for in a table of 2^(32 - shift) places. */
export function edgeHash(node: number, token: number, shift: number): number {
  return Math.imul(node ^ (token << 14), 0x85ebca6b) >>> shift;
}

/**
 * Phrases are normalised as the calls' words are; one without a token never matches; spellings of one phrase (`don't`,
 * `dont`) are each kept.
 */
export function compileTopics(topics: readonly Topic[]): TopicSet {
  const ordered = topics
    .map(({ id, name, words }) => ({ id, name, words: [...new Set(words)] }))
    .sort((a, b) => a.id - b.id);
  const tokens = new Map<string, number>();
  const trie = growTrie(ordered, tokens);
  const flat = flattenTrie(trie, tokens.size);
  return {
    topics: ordered,
    ...tokenTable([...tokens.keys()]),
    ...flat,
    endingJson: Array.from(flat.endingTopic, (_, ending) =>
      textBytes(matchJson([phraseOf({ topics: ordered, ...flat }, ending)])),
    ),
    topicJson: ordered.map(({ id, name }) =>
      textBytes(`{"topicId":"${id}","topicName":${JSON.stringify(name)},"matches":[`),
    ),
  };
}

/** The phrase that ends there. */
export function phraseOf(
  { topics, endingTopic, endingPhrase }: Pick<TopicSet, 'topics' | 'endingTopic' | 'endingPhrase'>,
  ending: number,
): string {
  return topics[endingTopic[ending]!]!.words[endingPhrase[ending]!]!;
}

/** The JSON that a match by these phrases begins with. */
export function matchJson(phrases: readonly string[]): string {
  return `{"searchText":${JSON.stringify(phrases)},"matchingText":"`;
}

interface Node {
  readonly next: Map<number, Node>;
  readonly endings: { topic: number; phrase: number }[];
}

function growTrie(topics: readonly Topic[], tokens: Map<string, number>): Node {
  const phrases = topics.flatMap(({ words }, topic) =>
    words.map((word, phrase) => ({ topic, phrase, texts: tokensOf(word) })),
  );
  const numberOf = (text: string) => {
    const token = tokens.get(text) ?? tokens.size + 1;
    tokens.set(text, token);
    return token;
  };
  for (const { texts } of phrases) if (texts.length > 0) numberOf(texts[0]!);
  const root: Node = { next: new Map(), endings: [] };
  for (const { topic, phrase, texts } of phrases) {
    let node = root;
    for (const token of texts.map(numberOf)) {
      const next = node.next.get(token) ?? { next: new Map(), endings: [] };
      node.next.set(token, next);
      node = next;
    }
    if (node !== root) node.endings.push({ topic, phrase });
  }
  return root;
}

type TokenTable = Pick<TopicSet, 'tokenSlots' | 'tokenBits' | 'tokenBytes' | 'tokenOffsets'>;

function tokenTable(texts: readonly string[]): TokenTable {
  const tokenSlots = new Int32Array(2 ** bitsFor(texts.length * 4) * 2);
  const tokenBits = new Int32Array(2 ** (bitsFor(texts.length * 32) - 5));
  const encoded = ['', ...texts].map(encodeUtf8);
  const tokenOffsets = new Int32Array(encoded.length + 1);
  encoded.forEach((bytes, token) => {
    tokenOffsets[token + 1] = tokenOffsets[token]! + bytes.length;
  });
  const tokenBytes = new Uint8Array(tokenOffsets[encoded.length]!);
  encoded.forEach((bytes, token) => {
    tokenBytes.set(bytes, tokenOffsets[token]!);
  });
  texts.forEach((text, index) => {
    const hash = hashToken(text);
    let at = (hash * 2) & (tokenSlots.length - 1);
    while (tokenSlots[at + 1] !== 0) at = (at + 2) & (tokenSlots.length - 1);
    tokenSlots.set([hash, index + 1], at);
    tokenBits[(hash >>> 5) & (tokenBits.length - 1)]! |= 1 << (hash & 31);
  });
  return { tokenSlots, tokenBits, tokenBytes, tokenOffsets };
}

type FlatTrie = Omit<TopicSet, 'topics' | 'endingJson' | 'topicJson' | keyof TokenTable>;

/**
 * Nodes are numbered breadth first: those that scanning visits most lie together, and the first ones have the numbers of
 * their tokens.
 */
function flattenTrie(root: Node, tokenCount: number): FlatTrie {
  const nodes = [root];
  const links: { from: number; token: number; to: number }[] = [];
  for (let from = 0; from < nodes.length; from++) {
    for (const [token, next] of nodes[from]!.next) links.push({ from, token, to: nodes.push(next) - 1 });
  }
  const edgeBitCount = bitsFor(links.length * 32);
  const edgeShift = 32 - bitsFor(links.length * 4);
  const edgeBitShift = 32 - edgeBitCount;
  const edges = new Int32Array(2 ** (32 - edgeShift));
  const edgeBits = new Int32Array(2 ** (edgeBitCount - 5));
  const ends = nodes.flatMap(({ endings }, node) =>
    endings.map(({ topic, phrase }, i) => ({
      node,
      topic,
      phrase,
      topicAndMore: topic * 2 + (i + 1 < endings.length ? 1 : 0),
    })),
  );
  const nodeEndings = new Int32Array(nodes.length * 2);
  ends.forEach(({ node, topicAndMore }, ending) => {
    if (ends[ending - 1]?.node !== node) nodeEndings.set([ending, topicAndMore], node * 2);
  });
  const codes = nodes.map(
    ({ endings, next }, node) =>
      (node << CODE.NUMBER) | (endings.length > 0 ? CODE.ENDS : 0) | (node > 0 && next.size > 0 ? CODE.GOES_ON : 0),
  );
  const tokenCodes = Int32Array.from({ length: tokenCount + 1 }, (_, token) => token << CODE.NUMBER);
  const depths = new Int32Array(nodes.length);
  for (const { from, token, to } of links) {
    depths[to] = depths[from]! + 1;
    if (from === 0) tokenCodes[token] = codes[to]!;
  }
  const rows = new Int32Array(nodes.length * 3);
  for (const { from, token, to } of links) {
    const [fromCode, tokenCode] = [codes[from]!, tokenCodes[token]!];
    rows.set([fromCode, tokenCode, codes[to]!], to * 3);
    if (from === 0) continue;
    let at = edgeHash(fromCode, tokenCode, edgeShift);
    while (edges[at] !== 0) at = (at + 1) & (edges.length - 1);
    edges[at] = to;
    const bit = edgeHash(fromCode, tokenCode, edgeBitShift);
    edgeBits[bit >>> 5]! |= 1 << (bit & 31);
  }
  return {
    tokenCodes,
    nodes: rows,
    nodeEndings,
    edges,
    edgeShift,
    edgeBits,
    edgeBitShift,
    endingTopic: Int32Array.from(ends, (end) => end.topic),
    endingPhrase: Int32Array.from(ends, (end) => end.phrase),
    endings: Int32Array.from(ends, (end) => end.topicAndMore),
    mostEndings: nodes.reduce((most, { endings }) => Math.max(most, endings.length), 0),
    // Breadth first: the last one is of the longest.
    mostTokens: depths.at(-1)!,
  };
}

/** The bits that number at least `places` places, from 1,024 to 2^28 of them. */
function bitsFor(places: number): number {
  return Math.min(Math.max(Math.ceil(Math.log2(places + 1)), 10), 28);
}
