import { type HotkeyItem, useHotkeys } from '@mantine/hooks';
import { useEffect } from 'react';

/** A key, and what it does. */
export interface Key {
  /** As Mantine writes it: `j`, `shift+.`, `mod+K`. Several do the same. */
  readonly keys: string | readonly string[];
  /** What it does, for the sheet of keys. */
  readonly does: string;
  readonly run: () => void;
  /** Whether it also works while typing and in dialogs. */
  readonly isEverywhere?: boolean;
}

/** The keys of a part of the app. */
export interface KeyGroup {
  readonly title: string;
  readonly keys: readonly Key[];
}

let groups: readonly KeyGroup[] = [];
const listeners = new Set<() => void>();

function setGroups(next: readonly KeyGroup[]): void {
  groups = next;
  for (const listener of listeners) listener();
}

/** The keys that work now. */
export const keyGroups = (): readonly KeyGroup[] => groups;

/** Called when `keyGroups` changes. Returns what ends this. */
export function onKeyGroups(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Binds keys while a component is shown, and lists them in the sheet of keys under a title. */
export function useKeys(title: string, keys: readonly Key[]): void {
  const listed = keys.map(({ keys: bound, does }) => `${String(bound)}\n${does}`).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the keys run changes at each drawing, the list does not
  useEffect(() => {
    const group = { title, keys };
    setGroups([...groups, group]);
    return () => setGroups(groups.filter((each) => each !== group));
  }, [title, listed]);
  useHotkeys(
    items(
      keys.filter(({ isEverywhere }) => !isEverywhere),
      true,
    ),
  );
  useHotkeys(
    items(
      keys.filter(({ isEverywhere }) => isEverywhere),
      false,
    ),
    [],
  );
}

function items(keys: readonly Key[], isOfPage: boolean): HotkeyItem[] {
  return keys.flatMap(({ keys: bound, run }) =>
    [bound].flat().map((key): HotkeyItem => {
      const onKey = (event: KeyboardEvent) => {
        // A dialog has the keyboard for itself.
        if (isOfPage && document.querySelector('[aria-modal=true]') !== null) return;
        event.preventDefault();
        run();
      };
      return [key as string, onKey, { preventDefault: false }];
    }),
  );
}
