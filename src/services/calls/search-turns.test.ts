import { expect, test } from 'vitest';
import { createTurns } from './search-turns.js';

test('as many at once as there are turns, in order', async () => {
  const turns = createTurns(2);
  const began: number[] = [];
  const ends = [0, 1, 2, 3].map(async (number) => {
    const end = await turns.take();
    began.push(number);
    return end;
  });
  const [first] = await Promise.all(ends.slice(0, 2));
  expect(began).toEqual([0, 1]);
  first!();
  (await ends[2]!)();
  expect(began.slice(0, 3)).toEqual([0, 1, 2]);
  const last = await ends[3]!;
  expect(began).toEqual([0, 1, 2, 3]);
  last();
  (await ends[1]!)();
  const again = await Promise.all([turns.take(), turns.take()]);
  expect(again).toHaveLength(2);
});
