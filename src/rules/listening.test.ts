import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addSpans, lengthWithin, type Piece, type Session, timesByCall, timesOf } from './listening.js';

// Milliseconds are few here, so that everything touches; an independent model looks at each one by itself.

interface Heartbeat {
  readonly callId: string;
  readonly session: string;
  readonly spans: readonly (readonly [number, number])[];
  /** -Infinity where it is not said. */
  readonly startedAt: number;
  readonly endedAt: number;
}

const span = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 8 }))
  .map(([from, length]): [number, number] => [from, from + length]);
const heartbeat: fc.Arbitrary<Heartbeat> = fc.record({
  callId: fc.constantFrom('a', 'b'),
  session: fc.constantFrom('x', 'y'),
  spans: fc.array(span, { maxLength: 4 }),
  startedAt: fc.oneof(fc.constant(Number.NEGATIVE_INFINITY), fc.integer({ min: 90, max: 160 })),
  endedAt: fc.integer({ min: 100, max: 160 }),
});
const heartbeats = fc.array(heartbeat, { maxLength: 12 });

/** What sessions stand at after these. */
function played(given: readonly Heartbeat[]): Session[] {
  const sessions = new Map<string, Session>();
  for (const { callId, session: name, spans, startedAt, endedAt } of given) {
    const key = `${callId} ${name}`;
    const pieces = addSpans(sessions.get(key)?.pieces ?? [], spans, startedAt, endedAt);
    sessions.set(key, { callId, name, pieces });
  }
  return [...sessions.values()];
}

function totals(given: readonly Heartbeat[]): Record<string, number> {
  const byCall = [...timesByCall(played(given))].map(
    ([callId, times]) => [callId, lengthWithin(times, 0, 1e9)] as const,
  );
  return Object.fromEntries(byCall.filter(([, length]) => length > 0).sort());
}

/** When each millisecond of a heartbeat's spans was played, one by one. */
function ticks({ spans, startedAt, endedAt }: Heartbeat): [second: number, at: number][] {
  const seconds = spans.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
  return seconds
    .map((second, index): [number, number] => [second, endedAt - seconds.length + index])
    .filter(([, at]) => at >= startedAt);
}

function naiveTotals(given: readonly Heartbeat[]): Record<string, number> {
  const first = new Map<string, Map<number, number>>();
  for (const each of given) {
    const key = `${each.callId} ${each.session}`;
    const known = first.get(key) ?? first.set(key, new Map()).get(key)!;
    for (const [second, at] of ticks(each)) known.set(second, Math.min(known.get(second) ?? at, at));
  }
  const begun = [...first]
    .filter(([, known]) => known.size > 0)
    .map(([key, known]) => ({ key, times: new Set(known.values()), start: Math.min(...known.values()) }))
    .sort((a, b) => a.start - b.start || (a.key < b.key ? -1 : 1));
  const counted: Record<string, number> = {};
  for (let at = 0; at < 200; at++) {
    const owner = begun.find(({ times }) => times.has(at))?.key.slice(0, 1);
    if (owner !== undefined) counted[owner] = (counted[owner] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counted).sort());
}

const sum = (counted: Record<string, number>) => Object.values(counted).reduce((a, b) => a + b, 0);

describe('heartbeats add up', () => {
  test('as a model says that looks at each moment by itself', () => {
    fc.assert(
      fc.property(heartbeats, (given) => {
        expect(totals(given)).toEqual(naiveTotals(given));
      }),
      { numRuns: 2_000 },
    );
  });

  test('alike in whatever order they come, and however often', () => {
    const shuffled = heartbeats.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.shuffledSubarray([...given, ...given, ...given], {
          minLength: given.length * 3,
          maxLength: given.length * 3,
        }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([given, again]) => {
        const sorted = (sessions: Session[]) =>
          sessions.sort((a, b) => (a.callId + a.name < b.callId + b.name ? -1 : 1));
        expect(sorted(played(again))).toEqual(sorted(played(given)));
      }),
    );
  });

  test('to no more than the time that passed, of all calls together', () => {
    fc.assert(
      fc.property(heartbeats, (given) => {
        const passed = new Set(given.flatMap((each) => ticks(each).map(([, at]) => at)));
        expect(sum(totals(given))).toBeLessThanOrEqual(passed.size);
      }),
    );
  });

  test('and what a session plays again adds nothing', () => {
    const replay = fc.tuple(heartbeats, heartbeat, fc.integer({ min: 0, max: 8 }), fc.integer({ min: 160, max: 400 }));
    fc.assert(
      fc.property(replay, ([others, once, skip, endedAt]) => {
        const whole = { ...once, startedAt: Number.NEGATIVE_INFINITY };
        const given = [...others, whole];
        const again = once.spans.map(([from, to]): [number, number] => [from + Math.min(skip, to - from - 1), to]);
        // Played later than any of it, so it is a replay: never shorter before the heartbeat than it is long.
        const later = { ...whole, spans: again, endedAt: endedAt + 100 };
        expect(totals([...given, later])).toEqual(totals(given));
      }),
    );
  });

  test('pieces stay in order and apart, and join where one goes on', () => {
    fc.assert(
      fc.property(heartbeats, (given) => {
        for (const { pieces } of played(given)) {
          for (const [index, [from, to, shift]] of pieces.entries()) {
            const next = pieces[index + 1];
            expect(from).toBeLessThan(to);
            if (next) expect(to <= next[0] && !(to === next[0] && shift === next[2])).toBe(true);
          }
        }
      }),
    );
  });
});

describe('listening', () => {
  const play = (...given: [spans: [number, number][], endedAt: number, startedAt?: number][]): readonly Piece[] =>
    given.reduce<readonly Piece[]>(
      (pieces, [spans, end, start = end - 1_000]) => addSpans(pieces, spans, start, end),
      [],
    );

  test('heartbeats that follow each other are one piece', () => {
    expect(play([[[0, 10]], 1_010], [[[10, 20]], 1_020])).toEqual([[0, 20, 1_000]]);
  });

  test('after a pause it goes on', () => {
    expect(timesOf(play([[[0, 10]], 1_010], [[[10, 20]], 5_020]))).toEqual([
      [1_000, 1_010],
      [5_010, 5_020],
    ]);
  });

  test('at double speed, the time that passed counts', () => {
    const double = play([[[0, 20]], 1_010, 1_000], [[[20, 40]], 1_020, 1_010], [[[40, 60]], 1_030, 1_020]);
    expect(timesOf(double)).toEqual([[1_000, 1_030]]);
    // Without a beginning, the first heartbeat is taken to have begun as long before its end as it played.
    expect(timesOf(play([[[0, 20]], 1_010], [[[20, 40]], 1_020], [[[40, 60]], 1_030]))).toEqual([[990, 1_030]]);
  });

  test('two tabs count once, and the one that began first has it', () => {
    const sessions = [
      { callId: 'b', name: 'x', pieces: play([[[0, 100]], 1_100]) },
      { callId: 'a', name: 'y', pieces: play([[[0, 100]], 1_150]) },
    ];
    expect([...timesByCall(sessions)]).toEqual([
      ['b', [[1_000, 1_100]]],
      ['a', [[1_100, 1_150]]],
    ]);
  });

  test('a span is cut at midnight', () => {
    expect(lengthWithin([[90, 110]], 0, 100)).toBe(10);
    expect(lengthWithin([[90, 110]], 100, 200)).toBe(10);
  });
});
