// Whether the server can be reached, as far as the browser and the stream of events know.

/** A stream that is lost for less than this many milliseconds is nothing to speak of. */
const PATIENCE_MS = 3_000;

let isLost = !navigator.onLine;
let isConnected = true;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function look(): void {
  clearTimeout(timer);
  if (!navigator.onLine) set(true);
  else if (isConnected) set(false);
  else timer = setTimeout(() => set(true), PATIENCE_MS);
}

function set(next: boolean): void {
  if (next === isLost) return;
  isLost = next;
  for (const listener of listeners) listener();
}

addEventListener('online', look);
addEventListener('offline', look);

/** Whether the connection is lost. */
export const isConnectionLost = (): boolean => isLost;

/** Called when `isConnectionLost` changes. Returns what ends this. */
export function onConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells whether the stream of events is there. */
export function setConnected(next: boolean): void {
  isConnected = next;
  look();
}
