/** A word with the times that an engine or a file gave: they may be missing, wrong or overlap. */
export interface HeardWord {
  readonly text: string;
  /** Seconds; null where there is none. */
  readonly start: number | null;
  readonly end: number | null;
  readonly speaker: number;
  /** The segment that it is in, as an index into the segments; null if it is in none. */
  readonly segment: number | null;
  /** Whether its source says that these times are interpolated. */
  readonly isInterpolated?: boolean;
}

/** A run of words that an engine or a file gave together, in seconds. */
export interface HeardSegment {
  readonly start: number;
  readonly end: number;
}

/** A word with sound times, in seconds and whole milliseconds. */
type SettledWord<W extends HeardWord> = Omit<W, 'start' | 'end' | 'segment' | 'isInterpolated'> & {
  readonly start: number;
  readonly end: number;
};

/** Words with sound times. */
export interface Settled<W extends HeardWord> {
  /** In order of start. */
  readonly words: readonly SettledWord<W>[];
  /** Ranges of words whose times are interpolated: index of the first, index after the last, and so on. */
  readonly interpolated: readonly number[];
  /** What was wrong with the times, in sentences. */
  readonly notes: readonly string[];
}

/** How fast words are taken to be spoken where nothing else tells: about 160 words a minute. */
const SECONDS_PER_LETTER = 0.07;
/** The longest that a word is taken to last whose end alone is missing. */
const MAX_OPEN_SECONDS = 1;

interface Group<W> {
  readonly words: W[];
  readonly starts: (number | null)[];
  readonly ends: (number | null)[];
  readonly segment: HeardSegment | null;
  readonly speaker: number;
}

interface Counts {
  reversed: number;
  disordered: number;
  overlapping: number;
}

/**
 * Makes the times of words sound. These are the rules, in the order in which they are applied:
 *
 * 1. Words that follow each other in a segment are in the order in which they were spoken. So are words without a
 *    segment, as long as the speaker is the same. The text of such a run is never reordered.
 * 2. A time that is no number is absent. One that lies outside its segment moves to the nearer edge of it, and one
 *    before 0 moves to 0.
 * 3. An end before its word's start is absent.
 * 4. Where starts of a run are not in order, the fewest are taken as absent so that the others are, with their ends.
 * 5. An end after the next known start of the run moves there. Words that have no times may lie between; then it is
 *    absent.
 * 6. Runs are sorted by start. A segment that lasts into a later one of the same speaker ends there. Segments of one
 *    speaker that start together are one.
 * 7. Absent times are interpolated between their known neighbours, or the edges of the segment, in proportion to the
 *    letters of the words. At the open end of a run, a letter takes 0.07 s, up to the next run. Where the end of a word
 *    is all that is absent, it lasts until the next time, for 1 s at most.
 * 8. All words are sorted by start. A word lasts at most until the same speaker's next word. Words of different speakers
 *    may overlap. A word without length stays so.
 */
export function settleWords<W extends HeardWord>(words: readonly W[], segments: readonly HeardSegment[]): Settled<W> {
  const counts: Counts = { reversed: 0, disordered: 0, overlapping: 0 };
  const groups = joined(inOrder(groupsOf(words, segments).map((group) => cleaned(group, counts))));
  const placed: { word: W; start: number; end: number; isInterpolated: boolean; group: number }[] = [];
  let before = 0;
  for (const [g, group] of groups.entries()) {
    const times = filled(group, before, endLimit(groups, g));
    for (const [i, word] of group.words.entries()) placed.push({ word, ...times[i]!, group: g });
    before = Math.max(before, times.at(-1)?.end ?? 0);
  }
  placed.sort((a, b) => a.start - b.start);
  const lastOf = new Map<number, (typeof placed)[number]>();
  for (const each of placed) {
    const last = lastOf.get(each.word.speaker);
    if (last !== undefined && last.end > each.start) {
      last.end = each.start;
      counts.overlapping++;
    }
    lastOf.set(each.word.speaker, each);
  }
  return {
    words: placed.map(({ word: { segment, isInterpolated, ...rest }, start, end }) => {
      // The compiler does not see that what is left of W has neither of the times.
      return { ...rest, start, end } as SettledWord<W>;
    }),
    interpolated: rangesOf(placed),
    notes: notesOf(counts),
  };
}

/** Runs of words in spoken order (rule 1). */
function groupsOf<W extends HeardWord>(words: readonly W[], segments: readonly HeardSegment[]): Group<W>[] {
  const groups: Group<W>[] = [];
  let last: W | undefined;
  for (const word of words) {
    const goesOn =
      last !== undefined && last.segment === word.segment && (word.segment !== null || last.speaker === word.speaker);
    if (!goesOn) {
      const given = word.segment === null ? undefined : segments[word.segment];
      groups.push({ words: [], starts: [], ends: [], segment: soundSegment(given), speaker: word.speaker });
    }
    const group = groups.at(-1)!;
    group.words.push(word);
    group.starts.push(word.start);
    group.ends.push(word.end);
    last = word;
  }
  return groups;
}

function soundSegment(given: HeardSegment | undefined): HeardSegment | null {
  if (given === undefined || !Number.isFinite(given.start) || !Number.isFinite(given.end)) return null;
  const start = Math.max(0, given.start);
  return { start, end: Math.max(start, given.end) };
}

/** A run without times that cannot be right (rules 2 to 5). */
function cleaned<W extends HeardWord>(group: Group<W>, counts: Counts): Group<W> {
  const { segment } = group;
  const [low, high] = segment === null ? [0, Number.POSITIVE_INFINITY] : [segment.start, segment.end];
  const inside = (time: number | null) =>
    time === null || !Number.isFinite(time) ? null : Math.min(Math.max(time, low), high);
  const starts = group.starts.map(inside);
  const ends = group.ends.map((end, i) => {
    const [from, to] = [inside(group.starts[i]!), inside(end)];
    const isReversed = from !== null && to !== null && to < from;
    if (isReversed || (end !== null && group.starts[i] !== null && end < group.starts[i]!)) {
      counts.reversed++;
      return null;
    }
    return to;
  });
  const kept = longestInOrder(starts);
  for (const [i, start] of starts.entries()) {
    if (start === null || kept.has(i)) continue;
    counts.disordered++;
    starts[i] = null;
    ends[i] = null;
  }
  let next: number | null = null;
  for (let i = starts.length - 1; i >= 0; i--) {
    if (next !== null && ends[i] !== null && ends[i]! > next) {
      counts.overlapping++;
      ends[i] = starts[i + 1] === next ? next : null;
    }
    next = starts[i] ?? ends[i] ?? next;
  }
  // An end known without its start must not lie before what is known ahead of it.
  let reached = low;
  for (let i = 0; i < starts.length; i++) {
    if (starts[i] === null && ends[i] !== null && ends[i]! < reached) ends[i] = null;
    reached = Math.max(reached, starts[i] ?? reached, ends[i] ?? reached);
  }
  return { ...group, starts, ends };
}

/** The places of the longest row of starts that never goes back: patience sorting. */
function longestInOrder(starts: readonly (number | null)[]): ReadonlySet<number> {
  const tops: number[] = [];
  const before = new Map<number, number | undefined>();
  for (const [i, start] of starts.entries()) {
    if (start === null) continue;
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[tops[middle]!]! <= start) low = middle + 1;
      else high = middle;
    }
    before.set(i, tops[low - 1]);
    tops[low] = i;
  }
  const kept = new Set<number>();
  for (let i = tops.at(-1); i !== undefined; i = before.get(i)) kept.add(i);
  return kept;
}

/** When a run begins; null if nothing tells. */
function startOf<W>({ segment, starts, ends }: Group<W>): number | null {
  if (segment !== null) return segment.start;
  const first = starts.findIndex((start, i) => start !== null || ends[i] !== null);
  return first < 0 ? null : (starts[first] ?? ends[first]!);
}

/** Runs by start; one without any time stays behind the one that it came after. */
function inOrder<W>(groups: readonly Group<W>[]): Group<W>[] {
  let reached = 0;
  const placed = groups.map((group) => {
    reached = startOf(group) ?? reached;
    return { group, start: reached };
  });
  return placed.sort((a, b) => a.start - b.start).map(({ group }) => group);
}

/** Runs of which those of one speaker do not share their time (rule 6). */
function joined<W>(groups: readonly Group<W>[]): Group<W>[] {
  const result: Group<W>[] = [];
  const lastOf = new Map<number, { readonly at: number; readonly isUntimed: boolean }>();
  for (const group of groups) {
    const isUntimed = group.starts.every((time) => time === null) && group.ends.every((time) => time === null);
    const before = lastOf.get(group.speaker);
    const last = before && result[before.at]!;
    if (last?.segment != null && group.segment !== null && last.segment.end > group.segment.start) {
      const { start } = last.segment;
      if (start === group.segment.start && isUntimed && before!.isUntimed) {
        result[before!.at] = { ...last, segment: { start, end: Math.max(last.segment.end, group.segment.end) } };
        for (const word of group.words) {
          last.words.push(word);
          last.starts.push(null);
          last.ends.push(null);
        }
        continue;
      }
      if (start < group.segment.start) {
        const latest = [...last.starts, ...last.ends].reduce<number>((late, time) => Math.max(late, time ?? 0), 0);
        result[before!.at] = { ...last, segment: { start, end: Math.max(latest, group.segment.start) } };
      }
    }
    lastOf.set(group.speaker, { at: result.length, isUntimed });
    result.push(group);
  }
  return result;
}

/** Up to when the open end of a run may be filled. */
function endLimit<W>(groups: readonly Group<W>[], index: number): number {
  const next = groups[index + 1];
  return (next && startOf(next)) ?? Number.POSITIVE_INFINITY;
}

interface Times {
  readonly start: number;
  readonly end: number;
  readonly isInterpolated: boolean;
}

/** How much of the time of its run a word takes. */
function lettersOf(text: string): number {
  return Math.max(1, text.match(/[\p{L}\p{N}]/gu)?.length ?? 0);
}

/** A time that is known at a place in a run: how many letters lie before it. */
interface Anchor {
  readonly place: number;
  readonly time: number;
  /** False at the open end of a run. */
  readonly isGiven: boolean;
}

/** The times of a run, with the absent ones interpolated (rule 7). */
function filled<W extends HeardWord>(group: Group<W>, before: number, limit: number): Times[] {
  const { words, starts, ends, segment } = group;
  // Start and end of every word in turn: between them lie its letters, and between two words nothing.
  const points = words.flatMap((_, i) => [starts[i]!, ends[i]!]);
  const places: number[] = [];
  let letters = 0;
  for (const { text } of words) {
    places.push(letters);
    letters += lettersOf(text);
    places.push(letters);
  }
  const known = points.flatMap((time, i) => (time === null ? [] : [{ place: places[i]!, time, isGiven: true }]));
  const anchors =
    segment === null
      ? [openStart(known[0], before), ...known, openEnd(known.at(-1), before, letters, limit)]
      : [
          { place: 0, time: segment.start, isGiven: true },
          ...known,
          { place: letters, time: segment.end, isGiven: true },
        ];
  // The anchor before each point in turn; the one behind it comes next.
  let at = 0;
  const times = points.map((point, i) => {
    if (point !== null) at++;
    return point === null ? between(anchors[at]!, anchors[at + 1]!, places[i]!) : { time: point, isGiven: true };
  });
  return words.map((word, i) => {
    const [start, end] = [times[2 * i]!, times[2 * i + 1]!];
    const isMended = (word.start !== null && starts[i] === null) || (word.end !== null && ends[i] === null);
    const isOpen =
      starts[i] !== null && ends[i] === null && i < words.length - 1 && end.time - start.time > MAX_OPEN_SECONDS;
    return {
      start: milliseconds(start.time),
      end: milliseconds(isOpen ? start.time + MAX_OPEN_SECONDS : end.time),
      isInterpolated: word.isInterpolated === true || isMended || isOpen || !start.isGiven || !end.isGiven,
    };
  });
}

function openStart(first: Anchor | undefined, before: number): Anchor {
  const time = first === undefined ? before : first.time - first.place * SECONDS_PER_LETTER;
  return { place: 0, time: Math.min(first?.time ?? time, Math.max(before, time, 0)), isGiven: false };
}

function openEnd(last: Anchor | undefined, before: number, letters: number, limit: number): Anchor {
  const from = last ?? { place: 0, time: before };
  const time = from.time + (letters - from.place) * SECONDS_PER_LETTER;
  return { place: letters, time: Math.max(from.time, Math.min(time, limit)), isGiven: false };
}

function between(a: Anchor, b: Anchor, place: number): { readonly time: number; readonly isGiven: boolean } {
  for (const anchor of [a, b]) if (anchor.isGiven && anchor.place === place) return anchor;
  const share = b.place === a.place ? 0 : (place - a.place) / (b.place - a.place);
  return { time: a.time + (b.time - a.time) * share, isGiven: false };
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** Each run's interpolated words are ranges of their own, so that a cue is found again. */
function rangesOf(placed: readonly { readonly isInterpolated: boolean; readonly group: number }[]): number[] {
  const ranges: number[] = [];
  for (const [i, { isInterpolated, group }] of placed.entries()) {
    if (!isInterpolated) continue;
    const goesOn = ranges.at(-1) === i && placed[i - 1]!.group === group;
    if (goesOn) ranges[ranges.length - 1] = i + 1;
    else ranges.push(i, i + 1);
  }
  return ranges;
}

function notesOf({ reversed, disordered, overlapping }: Counts): string[] {
  const notes: string[] = [];
  const words = (count: number) => (count === 1 ? '1 word' : `${count} words`);
  if (reversed > 0) notes.push(`${words(reversed)} ended before the start; the end is interpolated.`);
  if (disordered > 0) notes.push(`${words(disordered)} had a time out of order; it is interpolated.`);
  if (overlapping > 0) notes.push(`${words(overlapping)} lasted into the same speaker's next word; the end is cut.`);
  return notes;
}
