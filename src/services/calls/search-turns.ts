/** Lets so many through at a time, first come first served. */
export interface Turns {
  /** Comes back when it is this one's turn; what it answers ends the turn, and is to be called once. */
  take(): Promise<() => void>;
}

export function createTurns(atOnce: number): Turns {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  const end = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    async take() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return end;
    },
  };
}
