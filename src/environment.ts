// Which parts of the shell's environment affect Debrief.

/** The environment with which the process was started. */
export const inherited: NodeJS.ProcessEnv = { ...process.env };

/** Variables that the database driver and the job queue read by themselves. */
const MISLEADING = /^(PG[A-Z]+|GRAPHILE_[A-Z_]+)$/;
/** Variables that change the format of times, numbers, sort orders and programs' messages. */
const LOCAL = /^(LC_[A-Z]+|LANG|LANGUAGE)$/;

/**
 * Removes from the environment what would change Debrief's behaviour: where and how a database client connects, the
 * host's language, and its time zone, which is UTC from here on. This affects the process, its threads and its
 * children.
 */
export function settleEnvironment(): void {
  for (const name of Object.keys(process.env)) {
    if (MISLEADING.test(name) || LOCAL.test(name)) delete process.env[name];
  }
  process.env.TZ = 'UTC';
}

/**
 * The variables of the starting environment that may have been set for a database connection and have no effect here.
 */
export function unreadVariables(): string[] {
  return Object.keys(inherited)
    .filter((name) => MISLEADING.test(name) && inherited[name] !== '')
    .sort();
}
