import type { Result, ResultHistory } from '../../contract/scorecards.js';
import type { Tx } from '../../db/database.js';
import { selectResultHistory } from '../../db/result-history.js';
import {
  findResult,
  lockResult,
  type ResultFilters,
  type ResultRow,
  type ResultViewer,
  selectResults,
} from '../../db/results.js';
import { AppError } from '../../errors.js';
import { scoreOf } from '../../rules/scoring.js';
import { formatInstant, type Micros } from '../../wire/instants.js';
import { type Actor, userOf } from '../actor.js';
import type { DbDeps } from '../deps.js';

/** Results that the actor sees, the newest first; `after` is the `createdAt` and the id of the page before's last. */
export function listResults(
  { db }: DbDeps,
  actor: Actor,
  filters: ResultFilters,
  page: { readonly after: readonly [Micros, string] | null; readonly limit: number },
): Promise<ResultRow[]> {
  return selectResults(db, viewerOf(actor), filters, page);
}

/** Throws `not_found` for a result that does not exist or is not seen, such as another reviewer's draft. */
export async function readResult({ db }: DbDeps, actor: Actor, resultId: string): Promise<Result> {
  return resultOf(existing(await findResult(db, viewerOf(actor), resultId)));
}

/** The same, locked until commit; as a row, with what the rules of a change need. */
export async function lockSeenResult(tx: Tx, actor: Actor, resultId: string): Promise<ResultRow> {
  return existing(await lockResult(tx, viewerOf(actor), resultId));
}

/** A person sees no drafts but their own; a program sees all. */
function viewerOf(actor: Actor): ResultViewer {
  return { accountId: actor.accountId, sight: actor.sight, draftsOf: userOf(actor)?.id ?? null };
}

function existing(row: ResultRow | null): ResultRow {
  if (row === null) throw new AppError('not_found', 'There is no such result.');
  return row;
}

/** A result as /api/v1 shows it. Its fields are always in this order: results are compared as JSON. */
export function resultOf(row: ResultRow): Result {
  return {
    id: row.id,
    callId: row.callId,
    scorecardId: row.scorecardId,
    reviewerId: row.reviewerId,
    state: row.state,
    scoreTime: formatInstant(row.scoreTime),
    percentage: row.percentage,
    autoFailed: row.autoFailed,
    answers: row.answers.map(({ questionId, answer, rawAnswer, reason, comment, moment }) => {
      const percentage = answer === null ? null : (scoreOf(row.scheme, answer)?.percentage ?? null);
      return { questionId, answer, rawAnswer, percentage, reason, comment, moment };
    }),
    acknowledgedAt: formatInstant(row.acknowledgedAt),
    disputedAt: formatInstant(row.disputedAt),
    disputeReason: row.disputeReason,
    resolvedAt: formatInstant(row.resolvedAt),
    resolvedBy: row.resolvedBy,
    resolution: row.resolution,
    createdAt: formatInstant(row.createdAt),
  };
}

/** The most changes of one result that are shown. */
const MAX_HISTORY = 1_000;

/** Changes of a result since it was submitted, the newest first. Throws `not_found` as `readResult` does. */
export async function readResultHistory({ db }: DbDeps, actor: Actor, resultId: string): Promise<ResultHistory> {
  existing(await findResult(db, viewerOf(actor), resultId));
  const changes = await selectResultHistory(db, actor, resultId, MAX_HISTORY);
  return {
    items: changes.map(({ at, byKind, byId, move, before }) => ({
      at: formatInstant(at),
      by: { kind: byKind, id: byId },
      move,
      before,
    })),
  };
}
