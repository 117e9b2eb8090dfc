import type { Mailer } from '../../adapters/mail/mailer.js';
import type { OidcSettings } from './oidc.js';

/** What people's logging in depends on. */
export interface LogInOptions {
  /** The base of links, without a slash at its end; null takes where a request was sent to. */
  readonly publicUrl: string | null;
  /** Null where no mail can be sent: an administrator hands links out. Needs `publicUrl`. */
  readonly mailer: Mailer | null;
  readonly oidc: OidcSettings | null;
}

export const NO_LOG_IN_OPTIONS: LogInOptions = { publicUrl: null, mailer: null, oidc: null };
