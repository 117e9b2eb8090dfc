import type pg from 'pg';
import { createClient } from './pool.js';

/** A connection that hears the notifications of a channel. */
export interface Listener {
  /** Connects if there is no connection. Throws if that fails. */
  connect(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes a listener, not connected yet. `onNotice` gets each notification's payload. A connection that is lost stays lost
 * until `connect` is called again.
 */
export function createListener(
  connection: pg.ClientConfig,
  channel: string,
  onNotice: (payload: string) => void,
): Listener {
  let client: pg.Client | null = null;
  return {
    async connect() {
      if (client !== null) return;
      const fresh = createClient(connection, { application_name: 'debrief events', keepAlive: true });
      const lost = () => {
        if (client === fresh) client = null;
      };
      fresh.on('error', lost);
      fresh.on('end', lost);
      fresh.on('notification', ({ payload = '' }) => onNotice(payload));
      client = fresh;
      try {
        await fresh.connect();
        await fresh.query(`listen ${channel}`);
      } catch (error) {
        lost();
        await fresh.end().catch(() => {});
        throw error;
      }
    },
    async close() {
      const open = client;
      client = null;
      await open?.end().catch(() => {});
    },
  };
}
