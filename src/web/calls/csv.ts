import { api } from '../api.js';
import { dayOf } from './days.js';
import type { CallFilters } from './filters.js';

/** The most ids that the API takes at once. */
const MOST_IDS = 50;

/** All calls that the filters find, as a table in a file. */
export async function downloadFound(filters: CallFilters, sort: string | undefined, timeZone: string): Promise<void> {
  const answer = await api.v1.exportCalls({ query: { ...filters, sort } });
  download(await answer.blob(), timeZone);
}

/** These calls, as a table in a file. */
export async function downloadCalls(ids: readonly string[], timeZone: string): Promise<void> {
  const parts: string[] = [];
  for (let from = 0; from < ids.length; from += MOST_IDS) {
    const answer = await api.v1.exportCalls({ query: { callId: ids.slice(from, from + MOST_IDS).join(',') } });
    const text = await answer.text();
    // The heads are needed once. Reading the text took the byte order mark from it.
    parts.push(from === 0 ? `\ufeff${text}` : text.slice(text.indexOf('\n') + 1));
  }
  download(new Blob(parts, { type: 'text/csv' }), timeZone);
}

function download(file: Blob, timeZone: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `calls-${dayOf(new Date(), timeZone)}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}
