import type { FragmentRef } from './fragment.js';
import type { Micros } from './instants.js';
import { jsonInstant, jsonString } from './json.js';
import type { PageBuilder } from './page.js';

/** A call as the wire needs it. Fields that end in Json hold JSON text. */
export interface CallRow {
  readonly callId: string;
  readonly callerEmail: string | null;
  readonly callerId: string | null;
  readonly callSummaryJson: string | null;
  readonly callTime: Micros;
  /** Seconds. */
  readonly duration: number | null;
  readonly direction: string;
  readonly state: string;
  readonly statsJson: string | null;
  readonly originalPath: string | null;
  readonly metadataJson: string;
  readonly crmMatchesJson: string;
  readonly modified: Micros;
  readonly transcript: FragmentRef | null;
}

/** What a call's entry shows besides the fields that it always has. */
export interface CallOptions {
  readonly transcript: boolean;
  readonly crmMatches: boolean;
  /** JSON text of the rendered call-card templates, by name; null leaves them out. */
  readonly templatesJson: string | null;
  /** JSON text of fields after the contract's own, each with a leading comma; '' for none. */
  readonly moreJson: string;
}

/** Writes a call with the fields and order of api-v2 §4. */
export function writeCall(page: PageBuilder, row: CallRow, options: CallOptions): void {
  page.text(
    `{"id":${jsonString(row.callId)},"callerEmail":${jsonString(row.callerEmail)},"callerId":${jsonString(row.callerId)}` +
      `,"callSummary":${row.callSummaryJson ?? 'null'},"callTime":${jsonInstant(row.callTime)},"duration":${row.duration ?? 'null'}` +
      `,"direction":"${row.direction}","state":"${row.state}"`,
  );
  if (options.transcript) {
    page.text(',"transcript":');
    if (row.transcript === null) page.text('null');
    else page.fragment(row.transcript);
  }
  if (options.crmMatches) page.text(`,"crmMatches":${row.crmMatchesJson}`);
  page.text(
    `,"stats":${row.statsJson ?? 'null'},"originalPath":${jsonString(row.originalPath)}` +
      `,"metadata":${withTemplates(row.metadataJson, options.templatesJson)},"modified":${jsonInstant(row.modified)}${options.moreJson}}`,
  );
}

function withTemplates(metadataJson: string, templatesJson: string | null): string {
  if (templatesJson === null) return metadataJson;
  const separator = metadataJson === '{}' ? '' : ',';
  return `${metadataJson.slice(0, -1)}${separator}"callCardTemplates":${templatesJson}}`;
}

/** A call's entry in the feed of topic matches. Fields that end in Json hold JSON text. */
export interface CallTopicsRow {
  readonly callId: string;
  readonly modified: Micros;
  readonly questionCountsJson: string;
  readonly topicMatches: FragmentRef;
}

/** Writes a call's topic matches with the fields and order of api-v2 §4. */
export function writeCallTopics(page: PageBuilder, row: CallTopicsRow): void {
  page.text(
    `{"callId":${jsonString(row.callId)},"modified":${jsonInstant(row.modified)}` +
      `,"questionCounts":${row.questionCountsJson},"topicMatches":`,
  );
  page.fragment(row.topicMatches);
  page.text('}');
}

/** A deleted call. */
export interface DeletedCallRow {
  readonly callId: string;
  readonly deletedAt: Micros;
  readonly callerId: string | null;
  readonly callTime: Micros;
}

/** The JSON of a deleted call, with the fields and order of api-v2 §4. */
export function deletedCallJson(row: DeletedCallRow): string {
  return (
    `{"id":${jsonString(row.callId)},"deletedAt":${jsonInstant(row.deletedAt)}` +
    `,"callerId":${jsonString(row.callerId)},"callTime":${jsonInstant(row.callTime)}}`
  );
}
