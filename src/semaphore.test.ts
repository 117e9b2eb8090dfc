import { expect, test } from 'vitest';
import { createSemaphore } from './semaphore.js';

test('at most as many run at a time as the limit allows, in order', async () => {
  const semaphore = createSemaphore(2);
  const began: number[] = [];
  const ends: (() => void)[] = [];
  const done = [0, 1, 2, 3].map((number) =>
    semaphore.run(() => {
      began.push(number);
      return new Promise<number>((resolve) => {
        ends[number] = () => resolve(number);
      });
    }),
  );
  expect(began).toEqual([0, 1]);
  ends[1]!();
  expect(await done[1]).toBe(1);
  expect(began).toEqual([0, 1, 2]);
  ends[2]!();
  await done[2];
  expect(began).toEqual([0, 1, 2, 3]);
  ends[0]!();
  ends[3]!();
  expect(await Promise.all(done)).toEqual([0, 1, 2, 3]);
});

test('an error reaches its caller, and the next runs', async () => {
  const semaphore = createSemaphore(1);
  const failed = semaphore.run(() => Promise.reject(new Error('broken')));
  const next = semaphore.run(async () => 'done');
  await expect(failed).rejects.toThrow('broken');
  expect(await next).toBe('done');
});
