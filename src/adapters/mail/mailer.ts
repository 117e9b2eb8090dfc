/** A mail to one person. */
export interface Mail {
  /** An e-mail address, without a name. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Something that sends mail. */
export interface Mailer {
  /** Resolves when the mail is handed on; rejects with an `unavailable` or `invalid` error that shows nothing of its text. */
  send(mail: Mail): Promise<void>;
}
