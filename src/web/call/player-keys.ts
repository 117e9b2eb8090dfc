import { useEffect, useRef } from 'react';

/** Where keys are text. */
const TYPING = 'input, textarea, select, [contenteditable]:not([contenteditable=false])';
/** What the space bar presses, and what the arrow keys move in. */
const PRESSED = 'button, a[href], summary, [role=button], [role=tab], [role=option], [role=menuitem], [role=slider]';
const MOVED = '[role=slider], [role=tab], [role=option], [role=menuitem], [role=menu], [role=listbox], [role=combobox]';

/** What keys do, by `KeyboardEvent.key` in lower case. */
export type KeyActions = Readonly<Record<string, () => void>>;

/**
 * Keys that work wherever the focus is, unless somebody types, a dialog is open, or what has the focus uses the key
 * itself.
 */
export function usePageKeys(actions: KeyActions): void {
  const current = useRef(actions);
  current.current = actions;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : document.body;
      if (target.closest(TYPING) !== null || document.querySelector('[aria-modal=true]') !== null) return;
      if (event.key === ' ' && target.closest(PRESSED) !== null) return;
      if (event.key.startsWith('Arrow') && target.closest(MOVED) !== null) return;
      const action = current.current[event.key.toLowerCase()];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
