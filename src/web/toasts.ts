/** A short message of what was done, at the edge of the page for some seconds. */
export interface Toast {
  readonly message: string;
  /** Takes back what was done; undefined if it cannot be. */
  readonly undo: (() => Promise<unknown>) | undefined;
}

let waiting: readonly Toast[] = [];
const listeners = new Set<() => void>();

function setWaiting(toasts: readonly Toast[]): void {
  waiting = toasts;
  for (const listener of listeners) listener();
}

/** Says what was done, and offers to undo it where that can be. If undoing fails, it says so. */
export function toast(message: string, undo?: () => Promise<unknown>): void {
  setWaiting([...waiting, { message, undo }]);
}

/** The toasts that are not shown yet. */
export const waitingToasts = (): readonly Toast[] => waiting;

/** Called when `waitingToasts` changes. Returns what ends this. */
export function onToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Takes the toasts that are not shown yet, to show them. */
export function takeToasts(): readonly Toast[] {
  const taken = waiting;
  if (taken.length > 0) setWaiting([]);
  return taken;
}
