import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Server, startProgram } from './processes.js';

const NGINX = '/usr/sbin/nginx';

/** An nginx that is set up to serve files. */
export interface Nginx {
  start(): Promise<Server>;
  /** Removes its configuration and files. */
  remove(): Promise<void>;
}

/**
 * Sets up nginx with files of these names, of which `NAME.gz` is sent for `NAME` to clients that accept gzip; null if
 * nginx is not installed. It checks no password.
 */
export async function prepareNginx(files: Readonly<Record<string, Buffer>>): Promise<Nginx | null> {
  if (!existsSync(NGINX)) return null;
  const folder = await mkdtemp(join(tmpdir(), 'debrief-nginx-'));
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder};`);
  return {
    async start() {
      const port = await freePort();
      const config = `
        daemon off; master_process off; worker_processes 1; pid ${folder}/pid; error_log stderr;
        events {}
        http {
          ${temporary.join(' ')}
          access_log off; sendfile on; tcp_nopush on; gzip_static on; keepalive_requests 1000000;
          default_type application/json;
          server { listen 127.0.0.1:${port}; root ${folder}; location = /check { return 200; } }
        }`;
      await writeFile(join(folder, 'nginx.conf'), config);
      const args = ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')];
      return startProgram(NGINX, args, `http://127.0.0.1:${port}`);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** A free port, because nginx cannot choose one itself. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
