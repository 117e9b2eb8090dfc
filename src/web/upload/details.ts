export type Direction = 'INBOUND' | 'OUTBOUND' | 'SCREENSHARE';

/** What a person says about a call. */
export interface Details {
  /** When it began, in the person's time zone: 2026-03-01T14:30. */
  readonly localTime: string;
  readonly direction: Direction;
  /** Whose call it is; null for the person's own. */
  readonly callerId: string | null;
}
