import { createHash } from 'node:crypto';
import { readLinesDone, writeLinesDone } from '../../db/imports.js';
import type { CallBody } from '../../ingest/call-body.js';
import { splitLines } from '../../ingest/lines.js';
import type { Actor } from '../actor.js';
import type { Deps } from '../deps.js';
import { upsertCall } from './calls.js';

/** Dependencies of an import. */
export interface ImportDeps extends Deps {
  readonly read: (bytes: Uint8Array) => Promise<CallBody>;
}

/** Options of an import. */
export interface ImportOptions {
  /** The digest of the file, by which an interrupted import continues where it stopped. */
  readonly fileDigest: string;
  /** The caller of lines that name none. */
  readonly callerEmail: string | null;
  readonly maxLineBytes: number;
  /** Called after each line is done; `error` is set if the line was refused. */
  readonly onLine: (line: number, error: Error | null) => void;
}

/** The counts of an import. */
export interface ImportSummary {
  lines: number;
  /** Lines that an interrupted run had already done. */
  skipped: number;
  created: number;
  changed: number;
  unchanged: number;
  refused: { line: number; reason: string }[];
}

/** The maximum number of refused lines that are listed; further ones are only reported to `onLine`. */
const MAX_LISTED = 1_000;

/**
 * Imports a file's calls in order, one transaction per line. The line's number is committed with its call, so a run
 * that was interrupted at any moment continues with the first line not yet imported. A call without an id gets one
 * derived from its file and line, so that no line is imported twice, whenever the file is imported again. The progress
 * is kept until `removeImport`.
 */
export async function importCalls(
  deps: ImportDeps,
  actor: Actor,
  bytes: AsyncIterable<Buffer>,
  options: ImportOptions,
): Promise<ImportSummary> {
  const { db } = deps;
  const summary: ImportSummary = { lines: 0, skipped: 0, created: 0, changed: 0, unchanged: 0, refused: [] };
  const done = await readLinesDone(db, actor, options.fileDigest);
  const refuse = (error: Error) => {
    if (summary.refused.length < MAX_LISTED) summary.refused.push({ line: summary.lines, reason: error.message });
    options.onLine(summary.lines, error);
  };
  for await (const { line, body } of readAhead(deps, splitLines(bytes, options.maxLineBytes), done)) {
    summary.lines = line;
    if (line <= done) {
      summary.skipped += 1;
      continue;
    }
    if (body === null) continue;
    const read = await body;
    if (read instanceof Error) {
      refuse(read);
      continue;
    }
    try {
      const body = withId(withCaller(read, options.callerEmail), options.fileDigest, line);
      const result = await upsertCall(deps, actor, body, {
        also: (tx) => writeLinesDone(tx, actor, options.fileDigest, line),
      });
      summary[result.created ? 'created' : result.changed ? 'changed' : 'unchanged'] += 1;
      options.onLine(line, null);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refuse(error);
    }
  }
  return summary;
}

/** Errors caused by the line itself. Any other error, such as a lost database, ends the import. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && error.name === 'AppError';
}

function withCaller(body: CallBody, callerEmail: string | null): CallBody {
  const named = ['callerId', 'callerEmail', 'callerSystemId'].some((field) => field in body.fields);
  return named || callerEmail === null ? body : { ...body, fields: { ...body.fields, callerEmail } };
}

/** Gives a call without an id one in the form of a UUID, like those that the server chooses. */
function withId(body: CallBody, fileDigest: string, line: number): CallBody {
  const { id, externalId } = body.fields;
  if (id !== undefined || externalId != null) return body;
  const hex = createHash('sha256').update(`${fileDigest}:${line}`).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return { ...body, fields: { ...body.fields, id: parts.join('-') } };
}

interface ReadLine {
  readonly line: number;
  /** Null for a line that is empty or was already done. */
  readonly body: Promise<CallBody | Error> | null;
}

/** Lines read while the ones before them are being stored. */
const AHEAD = 3;

/** Reads a few lines ahead, each in a thread, and yields them in order. */
async function* readAhead(
  deps: ImportDeps,
  lines: AsyncIterable<Buffer | null>,
  done: number,
): AsyncGenerator<ReadLine> {
  const ahead: ReadLine[] = [];
  let line = 0;
  for await (const text of lines) {
    line += 1;
    ahead.push({ line, body: line <= done || text?.length === 0 ? null : readLine(deps, text) });
    if (ahead.length > AHEAD) yield ahead.shift()!;
  }
  yield* ahead;
}

async function readLine(deps: ImportDeps, text: Buffer | null): Promise<CallBody | Error> {
  if (text === null) return new Error('The line is longer than the limit for a call.');
  try {
    return await deps.read(text);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
