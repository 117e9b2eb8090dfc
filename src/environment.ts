// What of the shell's environment may reach what runs here.

/** As the process was started. */
export const inherited: NodeJS.ProcessEnv = { ...process.env };

/** Variables that the database driver and the job queue read by themselves. */
const MISLEADING = /^(PG[A-Z]+|GRAPHILE_[A-Z_]+)$/;
/** Variables by which times, numbers, order and programs' messages come out one way or another. */
const LOCAL = /^(LC_[A-Z]+|LANG|LANGUAGE)$/;

/**
 * Takes out of the environment what would change what Debrief does: where a database client connects and by which options, the
 * host's language, and its time zone, which is UTC from here on. For this process, its threads and its children.
 */
export function settleEnvironment(): void {
  for (const name of Object.keys(process.env)) {
    if (MISLEADING.test(name) || LOCAL.test(name)) delete process.env[name];
  }
  process.env.TZ = 'UTC';
}

/** Of the variables that the process was started with, those that somebody may have set for a database, and that do nothing. */
export function unreadVariables(): string[] {
  return Object.keys(inherited)
    .filter((name) => MISLEADING.test(name) && inherited[name] !== '')
    .sort();
}
