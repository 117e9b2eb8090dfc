import { useEffect, useRef } from 'react';

const ROWS = '[data-call]';

/** Whether keys go into text, or into something that is open above the page. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target as Element;
  const isModified = event.ctrlKey || event.metaKey || event.altKey;
  return (
    isModified ||
    event.defaultPrevented ||
    target.closest(
      'input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=dialog], [role=menu]',
    ) !== null ||
    document.querySelector('[role=dialog]') !== null
  );
}

/** The keys of the list: j and k, or the arrows within it, go down and up; x selects; / goes to the search. */
export function useRowKeys(onSelect: (callId: string, isRange: boolean) => void): void {
  const select = useRef(onSelect);
  select.current = onSelect;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isTaken(event)) return;
      if (event.key === '/') {
        event.preventDefault();
        document.getElementById('calls-search')?.focus();
        return;
      }
      const here = document.activeElement?.closest<HTMLElement>(ROWS) ?? null;
      const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
      const isDown = event.key === 'j' || (event.key === 'ArrowDown' && here !== null);
      const isUp = event.key === 'k' || (event.key === 'ArrowUp' && here !== null);
      if (isDown || isUp) {
        const at = here === null ? (isDown ? -1 : rows.length) : rows.indexOf(here);
        const row = rows[at + (isDown ? 1 : -1)];
        if (row === undefined) return;
        event.preventDefault();
        row.querySelector<HTMLElement>('[data-call-link]')?.focus();
      } else if (event.key.toLowerCase() === 'x' && here !== null) {
        event.preventDefault();
        select.current(here.dataset.call!, event.shiftKey);
      }
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
