/** All reasons for which a request or command can be refused. src/server/errors.ts has their HTTP statuses. */
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
  | 'locked'
  | 'unavailable';

/** Details of an error. */
export interface ErrorContext {
  /** The parameter or field at fault, as the caller names it (`limit`, `transcript[3].start`). */
  readonly field?: string;
  /** What that field takes, in words. */
  readonly allowed?: string;
  /** After how many seconds the request may be tried again. */
  readonly retryAfterSeconds?: number;
  /** What prevents the request. */
  readonly conflicts?: readonly Conflict[];
}

/** Things that conflict with each other, by a noun of /api/v1, such as `results`, and their ids. */
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

/** The error for a value that breaks its field's rule. Its message names the field, the problem and what is allowed. */
export function invalid(field: string, problem: string, allowed: string): AppError {
  return new AppError('invalid', `${field} ${problem}; it takes ${allowed}`, { field, allowed });
}
