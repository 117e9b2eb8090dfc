import { useCallback, useState } from 'react';

/** What somebody is about to say of a moment or range of a call. */
export interface Draft {
  readonly kind: 'comment' | 'highlight';
  readonly startSeconds: number;
  /** Null for a comment at a moment. */
  readonly endSeconds: number | null;
  /** The words of the range; '' without any. */
  readonly quote: string;
}

/**
 * A value that stays when the page is loaded again, until the tab is closed. `key` names whose it is; null is stored as
 * nothing.
 */
export function useKept<T>(key: string): [T | null, (value: T | null) => void] {
  const [value, setValue] = useState<T | null>(() => readKept<T>(key));
  const keep = useCallback(
    (next: T | null) => {
      setValue(next);
      if (next === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(next));
    },
    [key],
  );
  return [value, keep];
}

function readKept<T>(key: string): T | null {
  const text = sessionStorage.getItem(key);
  return text === null ? null : (JSON.parse(text) as T);
}
