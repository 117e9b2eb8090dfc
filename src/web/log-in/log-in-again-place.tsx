import { useSyncExternalStore } from 'react';
import { answerLogInAgain, isLogInAwaited, onLogInAwaited } from '../session-end.js';
import { LazyDialog } from '../shell/lazy-dialog.js';

const load = () => import('./log-in-again.js').then(({ LogInAgain }) => LogInAgain);
const close = () => answerLogInAgain(false);

/** Where the password is asked for in place when a session has ended. */
export function LogInAgainPlace() {
  return <LazyDialog isOpen={useSyncExternalStore(onLogInAwaited, isLogInAwaited)} onClose={close} load={load} />;
}
