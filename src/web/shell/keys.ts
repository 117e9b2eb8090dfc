import { useEffect, useRef } from 'react';

/** A key, and what it does. */
export interface Key {
  /** As `KeyboardEvent.key` has it, in lower case: `j`, `?`, ` `, `arrowleft`; `mod+k` with Ctrl or ⌘. Several do the same. */
  readonly keys: string | readonly string[];
  /** What it does, for the sheet of keys. */
  readonly does: string;
  /** False leaves the key to the page. */
  readonly run: (event: KeyboardEvent) => unknown;
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

/** Where keys are text. */
const TYPING =
  'input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]:not([contenteditable=false])';
/** What the space bar presses, and what the arrow keys move in. */
const PRESSED =
  'button, a[href], summary, input:not([type=range]), [role=button], [role=tab], [role=option], [role=menuitem]';
const MOVED = '[type=radio], [type=range], [role=tab], [role=option], [role=menuitem], [role=listbox], [role=combobox]';
/** What has the keyboard for itself: what is open over the page, or holds the focus. */
const OPEN = '[aria-modal=true], [role=menu]';

/**
 * Binds keys while a component is shown, and lists them in the sheet of keys under a title. They work wherever the focus
 * is, unless somebody types, a dialog is open, or what has the focus uses the key itself.
 */
export function useKeys(title: string, keys: readonly Key[]): void {
  const current = useRef(keys);
  current.current = keys;
  const listed = keys.map(({ keys: bound, does }) => `${String(bound)}\n${does}`).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the keys run changes at each drawing, the list does not
  useEffect(() => {
    const group = { title, keys };
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const pressed = nameOf(event);
      const key = current.current.find(({ keys: bound }) => [bound].flat().includes(pressed));
      if (key === undefined || (!key.isEverywhere && isTaken(event))) return;
      if (key.run(event) !== false) event.preventDefault();
    };
    setGroups([...groups, group]);
    document.addEventListener('keydown', press);
    return () => {
      setGroups(groups.filter((each) => each !== group));
      document.removeEventListener('keydown', press);
    };
  }, [title, listed]);
}

function nameOf({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): string {
  const name = key.toLowerCase();
  if (altKey) return `alt+${name}`;
  return ctrlKey || metaKey ? `mod+${name}` : name;
}

/** Whether a key belongs to what has the focus, or to what is open over the page. */
function isTaken({ key, target }: KeyboardEvent): boolean {
  const focused = target instanceof Element ? target : document.body;
  if (focused.closest(TYPING) !== null || focused.closest('[role=dialog]') !== null) return true;
  if (document.querySelector(OPEN) !== null) return true;
  if (key === ' ') return focused.closest(PRESSED) !== null;
  return key.startsWith('Arrow') && focused.closest(MOVED) !== null;
}
