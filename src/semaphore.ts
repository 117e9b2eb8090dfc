/** A FIFO semaphore: see `createSemaphore`. */
export interface Semaphore {
  /** Runs work once a place is free, in the order of the calls; returns and throws what the work does. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Makes a FIFO semaphore, under which at most `limit` pieces of work run at a time. */
export function createSemaphore(limit: number): Semaphore {
  let free = limit;
  const waiting: (() => void)[] = [];
  return {
    async run(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        // The place is handed to the next in line, never freed while one waits: a newcomer cannot overtake.
        const next = waiting.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}
