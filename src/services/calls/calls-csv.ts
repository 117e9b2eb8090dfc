import type { LibraryRow } from '../../db/library.js';
import { formatInstant } from '../../wire/instants.js';
import type { SearchPage, SearchPlace } from './library.js';

/** Reads calls after a place. */
export type ReadCalls = (after: SearchPlace | null, limit: number) => Promise<SearchPage>;

const COLUMNS: readonly (readonly [name: string, value: (row: LibraryRow) => string | number | null])[] = [
  ['id', (row) => row.callId],
  ['externalId', (row) => row.externalId],
  ['callTime', (row) => formatInstant(row.callTime)],
  ['callerName', (row) => row.callerName],
  ['callerEmail', (row) => row.callerEmail],
  ['teamId', (row) => row.teamId],
  ['direction', (row) => row.direction],
  ['state', (row) => row.state],
  ['duration', (row) => row.duration],
  ['talkRatio', (row) => talkRatioOf(row.statsJson)],
  ['score', (row) => row.score],
  ['comments', (row) => row.comments],
  ['results', (row) => row.results],
];

const talkRatioOf = (statsJson: string | null): number | null =>
  statsJson === null ? null : ((JSON.parse(statsJson) as { talkRatio?: number | null }).talkRatio ?? null);

/** How many calls are read at a time. */
const PAGE = 500;
/** Without it, a spreadsheet does not read the text as UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';

/** Calls as a table (RFC 4180), a page of lines at a time. However many there are, only a page is in memory. */
export async function* callsAsCsv(read: ReadCalls): AsyncGenerator<string, void, undefined> {
  let page = await read(null, PAGE);
  yield `${BYTE_ORDER_MARK}${COLUMNS.map(([name]) => name).join(',')}\r\n`;
  for (;;) {
    if (page.rows.length > 0) yield page.rows.map(lineOf).join('');
    if (page.next === null) return;
    page = await read(page.next, PAGE);
  }
}

const lineOf = (row: LibraryRow): string => `${COLUMNS.map(([, value]) => cellOf(value(row))).join(',')}\r\n`;

/** A cell's text. A spreadsheet would take text that begins with one of these signs for a formula. */
function cellOf(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
