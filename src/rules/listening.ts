// How long a user listened. The rules:
//
// - A heartbeat says which spans of a call a playback session has just played, in order, and when the last of them
//   ended. The spans count as played one after the other, at normal speed. If the heartbeat says when it began,
//   anything that would have been played before that does not count. So at double speed half of what is played counts:
//   the time that passed.
// - Within a session, a second of the call counts when it was first played. Playing it again adds nothing.
// - A listener's time counts once. If several sessions play at the same time, even of different calls, the one that
//   began first gets it (then by call, then by name).
// - A call's time on a day is the length of its sessions' time, counted so, between that day's midnights.
//
// The result depends only on the set of heartbeats, not on their order or repetition, and it never exceeds the time
// that the heartbeats cover.

/**
 * A part of a call, in milliseconds: from `from` up to `to` of the call, first played when the clock showed that plus
 * `shift`.
 */
export type Piece = readonly [from: number, to: number, shift: number];

/** Intervals of time in milliseconds, in order and without overlaps: from the first number up to the second. */
export type Times = readonly (readonly [start: number, end: number])[];

/** What a playback session has played. */
export interface Session {
  readonly callId: string;
  readonly name: string;
  /** In order and without overlaps. */
  readonly pieces: readonly Piece[];
}

/** Adds spans [from, to] to a session, played from `startedAt` up to `endedAt`. All are in milliseconds. */
export function addSpans(
  pieces: readonly Piece[],
  spans: readonly (readonly [from: number, to: number])[],
  startedAt: number,
  endedAt: number,
): readonly Piece[] {
  let result = pieces;
  let end = endedAt;
  for (const [from, to] of spans.toReversed()) {
    const shift = end - to;
    const counted = Math.max(from, startedAt - shift);
    if (counted >= to) break;
    result = addPiece(result, [counted, to, shift]);
    end = from + shift;
  }
  return result;
}

/** Adds a piece. Where it overlaps others, the earlier time of playing counts. */
function addPiece(pieces: readonly Piece[], added: Piece): readonly Piece[] {
  const [from, to, shift] = added;
  const earlier: Times = pieces.filter((piece) => piece[2] <= shift).map(([start, end]) => [start, end]);
  const kept = pieces.flatMap((piece): Piece[] =>
    piece[2] <= shift ? [piece] : without([[piece[0], piece[1]]], [[from, to]]).map(([a, b]) => [a, b, piece[2]]),
  );
  const fresh = without([[from, to]], earlier).map(([a, b]): Piece => [a, b, shift]);
  if (fresh.length === 0) return pieces;
  const joined: Piece[] = [];
  for (const piece of [...kept, ...fresh].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && last[1] === piece[0] && last[2] === piece[2]) joined[joined.length - 1] = [last[0], piece[1], piece[2]];
    else joined.push(piece);
  }
  return joined;
}

/** When a session played the parts that count. */
export function timesOf(pieces: readonly Piece[]): Times {
  return united(pieces.map(([from, to, shift]) => [from + shift, to + shift]));
}

/** The time that counts for each call, from all sessions of one listener. */
export function timesByCall(sessions: readonly Session[]): Map<string, Times> {
  const begun = sessions
    .map((session) => ({ ...session, times: timesOf(session.pieces) }))
    .filter(({ times }) => times.length > 0)
    .sort((a, b) => a.times[0]![0] - b.times[0]![0] || order(a.callId, b.callId) || order(a.name, b.name));
  const byCall = new Map<string, Times>();
  let taken: Times = [];
  for (const { callId, times } of begun) {
    byCall.set(callId, united([...(byCall.get(callId) ?? []), ...without(times, taken)]));
    taken = united([...taken, ...times]);
  }
  return byCall;
}

/** The length of the times between two moments, in milliseconds. */
export function lengthWithin(times: Times, start: number, end: number): number {
  return times.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, end) - Math.max(from, start)), 0);
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The union of times in any order. */
function united(times: Times): Times {
  const result: [number, number][] = [];
  for (const [start, end] of [...times].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}

/** The times without the removed ones. Both are in order and without overlaps. */
function without(times: Times, removed: Times): Times {
  const result: [number, number][] = [];
  let next = 0;
  for (const [start, end] of times) {
    let at = start;
    while (next < removed.length && removed[next]![1] <= start) next++;
    for (let i = next; i < removed.length && removed[i]![0] < end; i++) {
      if (removed[i]![0] > at) result.push([at, removed[i]![0]]);
      at = Math.max(at, removed[i]![1]);
    }
    if (at < end) result.push([at, end]);
  }
  return result;
}
