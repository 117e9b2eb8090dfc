import { useMemo, useRef, useState } from 'react';

/** Calls that are chosen, by id. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Chooses a call or lets it go; with `isRange`, also all between it and the one before. */
  toggle(id: string, isRange: boolean): void;
  /** Chooses all that are shown, or none if all are. */
  toggleAll(): void;
  clear(): void;
}

/** The calls that are chosen among those shown. */
export function useSelection(shown: readonly string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  // What is no longer shown is not chosen: nobody would see what happens to it.
  const ids = useMemo(() => new Set(shown.filter((id) => chosen.has(id))), [shown, chosen]);
  return {
    ids,
    toggle(id, isRange) {
      const to = shown.indexOf(id);
      const from = isRange && last.current !== null ? shown.indexOf(last.current) : to;
      const range = from < 0 ? [id] : shown.slice(Math.min(from, to), Math.max(from, to) + 1);
      const isChosen = !ids.has(id);
      const next = new Set(ids);
      for (const each of range) {
        if (isChosen) next.add(each);
        else next.delete(each);
      }
      last.current = id;
      setChosen(next);
    },
    toggleAll: () => setChosen(ids.size === shown.length ? new Set() : new Set(shown)),
    clear: () => setChosen(new Set()),
  };
}
