import { useKeys } from '../shell/keys.js';

const ROWS = '[data-call]';

const rowOf = (element: Element | null): HTMLElement | null => element?.closest<HTMLElement>(ROWS) ?? null;

/** The keys of the list: they go from row to row, and select. The row is the one that has the focus. */
export function useRowKeys(onSelect: (callId: string, isRange: boolean) => void): void {
  const go = (by: 1 | -1, { key }: KeyboardEvent) => {
    const here = rowOf(document.activeElement);
    // Outside the list, the arrows scroll.
    if (here === null && key.startsWith('Arrow')) return false;
    const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
    const at = here === null ? (by === 1 ? -1 : rows.length) : rows.indexOf(here);
    const row = rows[at + by];
    row?.querySelector<HTMLElement>('[data-call-link]')?.focus();
    return row !== undefined;
  };
  const select = ({ shiftKey }: KeyboardEvent) => {
    const here = rowOf(document.activeElement);
    if (here !== null) onSelect(here.dataset.call!, shiftKey);
    return here !== null;
  };
  useKeys('Calls', [
    { keys: ['j', 'arrowdown'], does: 'Next call', run: (event) => go(1, event) },
    { keys: ['k', 'arrowup'], does: 'Previous call', run: (event) => go(-1, event) },
    { keys: 'x', does: 'Select the call; with Shift, all from the last one on', run: select },
  ]);
}
