import { createServer } from 'node:net';
import { type Config, defaultOf } from '../config.js';
import { AppError, invalid } from '../errors.js';
import { servingUrl } from '../queue/api-processes.js';
import type { OpenDatabase } from './open-database.js';

// Where the API listens, and the URLs by which it is reached.

/** The URL by which a browser on this machine reaches a server that listens there. */
export function urlOf({ HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>): string {
  return openable(`http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`);
}

/** The error for a HOST or PORT on which listening failed; null if the cause is something else. */
export function listenProblem({ HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>, error: unknown): AppError | null {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return null;
  const where = HOST.includes(':') ? `[${HOST}]:${PORT}` : `${HOST}:${PORT}`;
  if (code === 'EADDRINUSE') {
    return new AppError(
      'busy',
      `PORT is ${PORT}, and another program listens on ${where}: set it to a free port, or to 0.`,
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const why = `this user may not listen on ${where} (${code}; ports below 1024 are mostly root's)`;
    return new AppError('unavailable', `PORT is ${PORT}, and ${why}: set it to a higher one, or to 0.`);
  }
  const why =
    syscall === 'getaddrinfo' ? 'is a name that this machine does not know' : 'is not an address of this machine';
  return invalid(
    'HOST',
    `is "${HOST}", which ${why} (${code})`,
    '127.0.0.1 for this machine alone, 0.0.0.0 or :: for all its addresses, or one of them',
  );
}

/** Tries to listen for a moment. Returns the problem; null if there is none. */
export function tryListening(config: Pick<Config, 'HOST' | 'PORT'>): Promise<AppError | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      const problem = listenProblem(config, error);
      if (problem === null) reject(error);
      else resolve(problem);
    });
    server.listen({ host: config.HOST, port: config.PORT }, () => server.close(() => resolve(null)));
  });
}

/** A URL that a browser on this machine can open: the address for all interfaces is replaced by localhost. */
export function openable(url: string): string {
  return url.replace(/^(https?:\/\/)(?:0\.0\.0\.0|\[::\])(?=[:/]|$)/, '$1localhost');
}

/**
 * The base URL of links that a command makes: PUBLIC_URL, or else the HOST and PORT given to the command, or else those
 * of the running server. If none is running, those it would have by default.
 */
export async function linkBase(config: Config, { pool }: OpenDatabase): Promise<string> {
  const { PUBLIC_URL, HOST, PORT } = config;
  if (PUBLIC_URL !== null) return PUBLIC_URL;
  const byDefault = Number(defaultOf('PORT'));
  const isGiven = PORT !== 0 && (HOST !== defaultOf('HOST') || PORT !== byDefault);
  const running = isGiven ? null : await servingUrl(pool);
  return running ?? urlOf({ HOST, PORT: PORT || byDefault });
}
