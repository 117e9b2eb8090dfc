import { type DestinationStream, type Logger, pino } from 'pino';

/** JSON lines: to standard output for services, to standard error for commands, whose output is their result. */
export function createLog(level: string, to: 'stdout' | 'stderr' | DestinationStream): Logger {
  const destination = typeof to === 'object' ? to : pino.destination(to === 'stdout' ? 1 : 2);
  return pino({ level, base: { pid: process.pid }, serializers: { err: describeError } }, destination);
}

/** What is written of an error. The database's carry rows and values in other fields: content stays out of logs. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, code, constraint } = error as Error & { code?: string; constraint?: string };
  return { type: name, message, stack, ...(code !== undefined && { code }), ...(constraint && { constraint }) };
}
