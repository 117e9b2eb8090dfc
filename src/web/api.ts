import { ApiError, createClient } from '../client/index.js';
import { askToLogInAgain } from './session-end.js';

/**
 * Sends a request. If the session has ended, it waits until the person has logged in again and sends it once more: what
 * they were writing stays on the page.
 */
export async function fetchInSession(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  if (response.status !== 401 || isLogIn(input)) return response;
  return (await askToLogInAgain()) ? fetch(input, init) : response;
}

/** Whether a request is itself about logging in: 401 is then its answer. */
function isLogIn(input: RequestInfo | URL): boolean {
  return /\/api\/v1\/(session|password)$/.test(new URL(String(input), location.href).pathname);
}

/** The app's client. It uses the session of the page's user. */
export const api = createClient({ fetch: fetchInSession, retry: { attempts: 3 } });

/** What went wrong, for the person at the screen. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.problem.detail;
  if (error instanceof TypeError) return 'Debrief cannot be reached. Check the connection, and try again.';
  return error instanceof Error ? error.message : String(error);
}

/** The status of a refusal; null if there was no answer. */
export function statusOf(error: unknown): number | null {
  return error instanceof ApiError ? error.status : null;
}
