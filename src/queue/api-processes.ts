import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { ADVISORY_LOCKS } from '../db/connection/advisory-locks.js';
import { type Heartbeat, holdLife, IS_ALIVE } from './life-lock.js';

/** How an API process announces itself. */
export interface ServingOptions {
  readonly connection: pg.ClientConfig;
  /** Where browsers reach this process. */
  readonly url: string;
  readonly onError: (error: Error) => void;
}

/** Announces this API process, as long as it lives. */
export function showServing({ connection, url, onError }: ServingOptions): Heartbeat {
  const processId = `api:${randomUUID()}`;
  return holdLife({
    processId,
    connection,
    onError,
    async beat(session) {
      await session.query(
        `insert into api_processes (process_id, url, beat_at) values ($1, $2, now())
         on conflict (process_id) do update set beat_at = excluded.beat_at`,
        [processId, url],
      );
      // Processes that were killed have left rows, which count for nothing.
      await session.query(`delete from api_processes h where beat_at < now() - interval '1 hour' and not ${IS_ALIVE}`, [
        ADVISORY_LOCKS.process,
      ]);
    },
    leave: (session) => session.query('delete from api_processes where process_id = $1', [processId]),
  });
}

/** The URL of the API process that beat last; null if none lives. */
export async function servingUrl(database: Pick<pg.Pool, 'query'>): Promise<string | null> {
  const alive = `select url from api_processes h where ${IS_ALIVE} order by beat_at desc limit 1`;
  return (await database.query(alive, [ADVISORY_LOCKS.process])).rows[0]?.url ?? null;
}
