/** The closed set of ways a request or a command can be refused. HTTP statuses for them live in server/. */
export type ErrorCode =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'precondition_failed'
  | 'key_reused'
  | 'too_large'
  | 'unsupported_media_type'
  | 'too_many'
  | 'busy'
  | 'unavailable';

export interface ErrorContext {
  /** The parameter or field at fault, as the sender names it (`limit`, `transcript[3].start`). */
  readonly field?: string;
  /** What that field takes, in words. */
  readonly allowed?: string;
  /** When the same may be tried again. */
  readonly retryAfterSeconds?: number;
  /** What stands in the way, of each kind by its ids. */
  readonly conflicts?: readonly Conflict[];
}

/** Things that stand in the way together: of a noun of /api/v1, such as `results`. */
export interface Conflict {
  readonly kind: string;
  readonly ids: readonly string[];
}

/** An error whose message is written for the person or program that caused it. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly allowed: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly conflicts: readonly Conflict[] | undefined;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    super(message);
    this.code = code;
    this.field = context.field;
    this.allowed = context.allowed;
    this.retryAfterSeconds = context.retryAfterSeconds;
    this.conflicts = context.conflicts;
  }
}

/** A value that breaks its field's rule; the message names the field, the problem and what is allowed. */
export function invalid(field: string, problem: string, allowed: string): AppError {
  return new AppError('invalid', `${field} ${problem}; it takes ${allowed}`, { field, allowed });
}
