import { type Logger, pino } from 'pino';

/** JSON lines: to standard output for services, to standard error for commands, whose output is their result. */
export function createLog(level: string, to: 'stdout' | 'stderr'): Logger {
  return pino({ level, base: { pid: process.pid } }, pino.destination(to === 'stdout' ? 1 : 2));
}
