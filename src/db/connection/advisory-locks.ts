// Lock order: the account's row, the account's people, calls, results, plans, meetings, and the account's stamps last. Rows
// of one table are locked in the order of their ids. So two transactions never wait for each other crosswise.

/**
 * The numbers of all advisory locks that Debrief takes, so that no two of them meet. A number here is a key of its own,
 * or stands for a family of keys: as the first of two numbers, or as the seed of `hashtextextended(text, seed)`.
 */
export const ADVISORY_LOCKS = {
  /** One migration at a time. A key of its own, held by the session. */
  migration: 7310578,
  /** The account's stamps. A seed, over the account's id; taken by `take_stamps` in migrations/0001_accounts.sql. */
  stamps: 7310579,
  /** That a process lives. The first of two numbers, before the hash of the process id; held by the session. */
  process: 7310580,
  /**
   * A listener's days. A seed, over the ids of account and user. It has the number of `process`; the two never meet,
   * because PostgreSQL keeps keys of one 64-bit number apart from keys of two numbers.
   */
  listener: 7310580,
  /** Who an account's users are. A seed, over the account's id. */
  people: 7310581,
  /** One process makes the demo company. A key of its own. */
  demo: 7310582,
  /** A file of a recording. A seed, over the account's id and the file's digest; taken before all other locks. */
  recordingFile: 7310583,
} as const;
