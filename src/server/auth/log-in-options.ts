import type { Mailer } from '../../adapters/mail/mailer.js';
import type { OidcSettings } from './oidc.js';

/** The settings of users' log-in. */
export interface LogInOptions {
  /** The base of links, without a slash at its end; null takes the host that a request was sent to. */
  readonly publicUrl: string | null;
  /** Null if no mail can be sent: an administrator passes links on. It needs `publicUrl`. */
  readonly mailer: Mailer | null;
  readonly oidc: OidcSettings | null;
}

/** Log-in by password only. */
export const NO_LOG_IN_OPTIONS: LogInOptions = { publicUrl: null, mailer: null, oidc: null };
