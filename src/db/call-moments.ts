import { sql } from 'kysely';
import type { Scope, Tx } from './database.js';
import { callLength } from './seen-calls.js';

/** A stretch of a call whose words moved, in seconds. */
export interface MovedStretch {
  readonly from: readonly [start: number, end: number];
  readonly to: readonly [start: number, end: number];
}

type Move = (seconds: number) => number;

/** Where a moment is now: at the same share of a moved stretch, elsewhere where it was, and never behind the call's end. */
function mover({ from, to }: MovedStretch, lengthSeconds: number | null): Move {
  return (seconds) => {
    const share = from[1] === from[0] ? 0 : (seconds - from[0]) / (from[1] - from[0]);
    const isInside = seconds >= from[0] && seconds <= from[1];
    const moved = isInside ? Math.round((to[0] + share * (to[1] - to[0])) * 1000) / 1000 : seconds;
    return Math.min(moved, lengthSeconds ?? moved);
  };
}

/**
 * Moves the moments of a call that comments, highlights, scorecard answers and its summary cite. Returns the ids of the
 * comments and highlights that moved. The call is locked.
 */
export async function moveMoments(
  tx: Tx,
  scope: Scope,
  callId: string,
  stretch: MovedStretch,
): Promise<readonly string[]> {
  const length = await sql<{ length: number | null }>`select ${callLength('c')} as length from calls c
    where c.account_id = ${scope.accountId} and c.call_id = ${callId}`.execute(tx);
  const move = mover(stretch, length.rows[0]?.length ?? null);
  const moved = await moveFeedback(tx, scope, callId, move);
  await moveAnswers(tx, scope, callId, move);
  await moveSummary(tx, scope, callId, move);
  return moved;
}

async function moveFeedback(tx: Tx, scope: Scope, callId: string, move: Move): Promise<readonly string[]> {
  const found = await sql<{ id: string; start: number; end: number | null }>`
    select feedback_id as id, start_time as start, end_time as end from feedback
    where account_id = ${scope.accountId} and call_id = ${callId} order by feedback_id for no key update`.execute(tx);
  const moved = found.rows.flatMap(({ id, start, end }) => {
    const from = move(start);
    const to = end === null ? null : Math.max(from, move(end));
    return from === start && to === end ? [] : [{ id, from, to }];
  });
  if (moved.length === 0) return [];
  const ids = moved.map(({ id }) => id);
  await sql`update feedback set start_time = moved.start_time, end_time = moved.end_time
    from unnest(${ids}::text[], ${moved.map(({ from }) => from)}::double precision[],
      ${moved.map(({ to }) => to)}::double precision[]) as moved (id, start_time, end_time)
    where account_id = ${scope.accountId} and feedback_id = moved.id`.execute(tx);
  return ids;
}

async function moveAnswers(tx: Tx, scope: Scope, callId: string, move: Move): Promise<void> {
  const found = await sql<{ seconds: number }>`select distinct a.moment_seconds as seconds
    from results r join result_answers a on a.account_id = r.account_id and a.result_id = r.result_id
    where r.account_id = ${scope.accountId} and r.call_id = ${callId} and a.moment_seconds is not null`.execute(tx);
  const moved = found.rows.map(({ seconds }) => [seconds, move(seconds)] as const).filter(([was, is]) => was !== is);
  if (moved.length === 0) return;
  await sql`update result_answers a set moment_seconds = moved.is
    from results r, unnest(${moved.map(([was]) => was)}::double precision[],
      ${moved.map(([, is]) => is)}::double precision[]) as moved (was, is)
    where r.account_id = ${scope.accountId} and r.call_id = ${callId} and a.account_id = r.account_id
      and a.result_id = r.result_id and a.moment_seconds = moved.was`.execute(tx);
}

/** Each item of a summary that we made has its moment in `seconds`. */
async function moveSummary(tx: Tx, scope: Scope, callId: string, move: Move): Promise<void> {
  const found = await sql<{ cited: string }>`select cited from call_summaries
    where account_id = ${scope.accountId} and call_id = ${callId} for no key update`.execute(tx);
  const cited = found.rows[0]?.cited;
  if (cited === undefined) return;
  const moved = JSON.stringify(
    JSON.parse(cited, (key, value) => (key === 'seconds' && typeof value === 'number' ? move(value) : value)),
  );
  if (moved === cited) return;
  await sql`update call_summaries set cited = ${moved}::json
    where account_id = ${scope.accountId} and call_id = ${callId}`.execute(tx);
}
