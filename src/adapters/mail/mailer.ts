/** A mail to one person. */
export interface Mail {
  /** An e-mail address, without a name. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends mail. */
export interface Mailer {
  /**
   * Resolves when the mail has been passed on.
   * @throws AppError `unavailable` or `invalid`, which shows nothing of the text.
   */
  send(mail: Mail): Promise<void>;
}
