// A session may end while a page is open. Requests that are then refused wait here for the log-in.

let waiting: ((isBack: boolean) => void)[] = [];
const listeners = new Set<() => void>();

/** Whether requests wait for the person to log in again. */
export const isLogInAwaited = (): boolean => waiting.length > 0;

/** Called when `isLogInAwaited` changes. Returns what ends this. */
export function onLogInAwaited(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Asks the person to log in again; false if they would rather not. All requests wait for the same answer. */
export function askToLogInAgain(): Promise<boolean> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    for (const listener of listeners) listener();
  });
}

/** Answers all requests that wait. */
export function answerLogInAgain(isBack: boolean): void {
  const answered = waiting;
  waiting = [];
  for (const answer of answered) answer(isBack);
  for (const listener of listeners) listener();
}
