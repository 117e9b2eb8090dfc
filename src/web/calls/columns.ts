import { useSyncExternalStore } from 'react';

/** The columns of the list of calls, in their order. `sort` is what their heads sort by. */
export const COLUMNS = [
  { id: 'when', label: 'When', sort: 'date', isNumber: false },
  { id: 'who', label: 'Who', sort: null, isNumber: false },
  { id: 'team', label: 'Team', sort: null, isNumber: false },
  { id: 'direction', label: 'Direction', sort: null, isNumber: false },
  { id: 'length', label: 'Length', sort: 'duration', isNumber: true },
  { id: 'talk', label: 'Talk ratio', sort: 'talkRatio', isNumber: true },
  { id: 'score', label: 'Score', sort: 'score', isNumber: true },
  { id: 'comments', label: 'Comments', sort: 'comments', isNumber: true },
  { id: 'state', label: 'State', sort: null, isNumber: false },
] as const;

export type Column = (typeof COLUMNS)[number];

const USUAL = 'when,who,direction,length,talk,score,comments,state';

/** The columns that a text names; the first is always shown, because it has the link to the call. */
export function columnsOf(text: string): readonly Column[] {
  const ids = text.split(',');
  return COLUMNS.filter(({ id }) => id === 'when' || ids.includes(id));
}

export const textOfColumns = (columns: readonly Column[]): string => columns.map(({ id }) => id).join(',');

/** How this browser shows the list. */
export interface Display {
  readonly layout: 'table' | 'list';
  readonly columns: string;
}

const KEY = 'debrief.calls';
const USUALLY: Display = { layout: 'table', columns: USUAL };
const listeners = new Set<() => void>();
let display = readDisplay();

function readDisplay(): Display {
  try {
    const { layout, columns } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Display>;
    return { layout: layout === 'list' ? 'list' : 'table', columns: typeof columns === 'string' ? columns : USUAL };
  } catch {
    return USUALLY;
  }
}

/** Keeps how this browser shows the list. */
export function setDisplay(change: Partial<Display>): void {
  display = { ...display, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(display));
  } catch {
    // A browser that keeps nothing shows it until the page is left.
  }
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useDisplay = (): Display => useSyncExternalStore(subscribe, () => display);
