/** A stretch of a call. */
export interface SecondsRange {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** Stretches of a call that belong together, and what they are, such as "We spoke". */
export interface ShownMarks {
  readonly label: string;
  readonly ranges: readonly SecondsRange[];
}

/** The seconds of a call that are marked for the eye, in the lanes and in the transcript. One set at a time. */
export class CallMarks {
  readonly #listeners = new Set<() => void>();
  #shown: ShownMarks | null = null;

  /** Null while nothing is marked. */
  get shown(): ShownMarks | null {
    return this.#shown;
  }

  /** Marks these seconds instead of all others. */
  show(ranges: readonly SecondsRange[], label: string): void {
    this.#set({ ranges, label });
  }

  clear(): void {
    this.#set(null);
  }

  /** Calls `listener` when other seconds are marked, or none. Returns what ends this. */
  listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #set(shown: ShownMarks | null): void {
    this.#shown = shown;
    for (const listener of this.#listeners) listener();
  }
}
