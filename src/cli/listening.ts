import { createServer } from 'node:net';
import { type Config, defaultOf } from '../config.js';
import { AppError, invalid } from '../errors.js';
import { servingUrl } from '../queue/api-processes.js';
import type { OpenDatabase } from './open-database.js';

// Where the API listens, and where it is found.

/** Where this machine's own browser finds a server that listens there. */
export function urlOf({ HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>): string {
  return openable(`http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`);
}

/** What is wrong with HOST or PORT, by the error of listening there; null where it is something else. */
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
  const why = syscall === 'getaddrinfo' ? 'is a name that this machine does not know' : 'is no address of this machine';
  return invalid(
    'HOST',
    `is "${HOST}", which ${why} (${code})`,
    '127.0.0.1 for this machine alone, 0.0.0.0 or :: for all its addresses, or one of them',
  );
}

/** Tries to listen there for a moment; what is wrong, or null. */
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

/** A URL that this machine's own browser can open: one of all addresses is of none. */
export function openable(url: string): string {
  return url.replace(/^(https?:\/\/)(?:0\.0\.0\.0|\[::\])(?=[:/]|$)/, '$1localhost');
}

/**
 * The base of links that a command makes: PUBLIC_URL, the HOST and PORT that it is given, or else where the running server is
 * found; without one, where it would be.
 */
export async function linkBase(config: Config, { pool }: OpenDatabase): Promise<string> {
  const { PUBLIC_URL, HOST, PORT } = config;
  if (PUBLIC_URL !== null) return PUBLIC_URL;
  const byDefault = Number(defaultOf('PORT'));
  const isGiven = PORT !== 0 && (HOST !== defaultOf('HOST') || PORT !== byDefault);
  const running = isGiven ? null : await servingUrl(pool);
  return running ?? urlOf({ HOST, PORT: PORT || byDefault });
}
