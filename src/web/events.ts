import type { QueryClient } from '@tanstack/react-query';
import { setConnected } from './connection.js';
import { readAgain, type ServerEvent } from './read-again.js';

// What changes at the server is read again here. Browsers open few connections to one server, so one tab has the stream of
// events and tells the others: the one that has the lock.

const NAME = 'debrief-events';
/** The longest time between two tries, in milliseconds. */
const MAX_WAIT_MS = 30_000;
/** Events that come together are read again together, after so many milliseconds. */
const TOGETHER_MS = 150;

type Told = { readonly events: readonly ServerEvent[] } | { readonly isConnected: boolean };

/** Reads again what changes, until the returned function is called. */
export function followEvents(queryClient: QueryClient): () => void {
  const ended = new AbortController();
  const channel = new BroadcastChannel(NAME);
  let waiting: ServerEvent[] = [];
  /** Whether this page has had a stream before, which ended. */
  let hadStream = false;

  function take(told: Told): void {
    if ('isConnected' in told) {
      setConnected(told.isConnected);
      return;
    }
    if (waiting.length === 0) setTimeout(readWaiting, TOGETHER_MS);
    waiting.push(...told.events);
  }
  function readWaiting(): void {
    const events = waiting;
    waiting = [];
    if (!ended.signal.aborted) readAgain(queryClient, events);
  }
  function tell(told: Told): void {
    take(told);
    channel.postMessage(told);
  }
  channel.onmessage = ({ data }: MessageEvent<Told>) => take(data);
  // Until now this tab heard of nothing.
  take({ events: [{ kind: 'inbox' }] });

  /** Holds the stream until the end. Resolves then. */
  async function lead(signal: AbortSignal): Promise<void> {
    let tries = 0;
    while (!signal.aborted) {
      const opened = await hold(signal);
      tries = opened ? 1 : tries + 1;
      if (signal.aborted) return;
      tell({ isConnected: false });
      // If the session has ended, this asks for the password, and goes on afterwards.
      await queryClient.refetchQueries({ queryKey: ['inbox', 'counts'] }).catch(() => {});
      await pause(Math.min(1000 * 2 ** (tries - 1), MAX_WAIT_MS) * (0.5 + Math.random() / 2), signal);
    }
  }

  /** Has a stream until the server ends it for good. A connection that is only lost is opened anew by the browser. */
  function hold(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const source = new EventSource('/api/v1/events');
      let hasOpened = false;
      const end = () => {
        source.close();
        resolve(hasOpened);
      };
      signal.addEventListener('abort', end, { once: true });
      source.onopen = () => {
        // What was missed is not known, except to a stream that the browser opened anew.
        if (!hasOpened && hadStream) tell({ events: [{ kind: 'reset' }] });
        hasOpened = true;
        hadStream = true;
        // It may have changed between the page and the stream.
        tell({ events: [{ kind: 'inbox' }] });
        tell({ isConnected: true });
      };
      source.onerror = () => {
        if (source.readyState !== EventSource.CLOSED) return tell({ isConnected: false });
        signal.removeEventListener('abort', end);
        end();
      };
      source.addEventListener('changed', ({ data }) => tell({ events: [JSON.parse(data) as ServerEvent] }));
      source.addEventListener('reset', () => tell({ events: [{ kind: 'reset' }] }));
    });
  }

  // Pages that are not served safely have no locks: there, only the tab that is looked at has a stream.
  if (navigator.locks) {
    navigator.locks.request(NAME, { signal: ended.signal }, () => lead(ended.signal)).catch(() => {});
  } else leadWhileSeen(lead, ended.signal);
  return () => {
    ended.abort();
    channel.close();
  };
}

function leadWhileSeen(lead: (signal: AbortSignal) => Promise<void>, ended: AbortSignal): void {
  let hidden: AbortController | null = null;
  const look = () => {
    const isSeen = document.visibilityState === 'visible' && !ended.aborted;
    if (isSeen && hidden === null) {
      hidden = new AbortController();
      void lead(AbortSignal.any([ended, hidden.signal]));
    } else if (!isSeen) {
      hidden?.abort();
      hidden = null;
    }
  };
  document.addEventListener('visibilitychange', look, { signal: ended });
  look();
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener('online', done);
    signal.addEventListener('abort', done, { once: true });
  });
}
