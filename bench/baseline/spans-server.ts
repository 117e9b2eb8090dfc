// Serves `spans-page.ts`, a call as our server answers it (CALL, a file) and its sound (SOUND, a file).

import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

// Exits with its parent, so that an interrupted bench leaves no process running.
process.once('disconnect', () => process.exit());

/** The letters and the room of our own page. */
const STYLE = `
  body { margin: 16px; font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
  .transcript section { padding: 6px 0 10px; }
  .transcript section > button { font: inherit; font-size: 13px; background: none; border: 0; padding: 2px 8px 2px 0; }
  .transcript section > span { font-size: 13px; font-weight: 600; }
  .transcript section > p { margin: 2px 0 0; line-height: 1.6; max-width: 72ch; overflow-wrap: anywhere; }
  .heard { background-color: #ffe08a; color: #1b1b1b; }`;

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Call</title><style>${STYLE}</style>
  <button type="button" aria-label="Play">▶</button><audio src="/sound" preload="metadata"></audio><div id="app"></div>
  <script type="module" src="/page.js"></script></html>`;

async function bundle(): Promise<string> {
  const input = fileURLToPath(new URL('spans-page.js', import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, modulePreload: false, target: 'chrome123', rollupOptions: { input } },
  });
  if (!('output' in built)) throw new Error('Vite has built something else than a page.');
  return built.output[0].code;
}

const answers = new Map(
  Object.entries({
    '/': ['text/html; charset=utf-8', PAGE],
    '/page.js': ['text/javascript', await bundle()],
    '/call': ['application/json', readFileSync(process.env.CALL!)],
  }).map(([path, [type, body]]) => [path, { type: type as string, body: gzipSync(body!) }]),
);
const sound = process.env.SOUND!;
const { size } = statSync(sound);

function sendSound({ headers }: IncomingMessage, response: ServerResponse): void {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? 'bytes=0-') ?? [];
  const [start, end] = [Number(from ?? 0), Number(to || size - 1)];
  response.writeHead(206, {
    'content-type': 'audio/mp4',
    'content-length': end - start + 1,
    'content-range': `bytes ${start}-${end}/${size}`,
    'accept-ranges': 'bytes',
  });
  createReadStream(sound, { start, end })
    .on('error', () => response.destroy())
    .pipe(response);
}

const server = createServer((request, response) => {
  const path = new URL(request.url!, 'http://localhost').pathname;
  const answer = answers.get(path);
  if (answer !== undefined) {
    const headers = { 'content-type': answer.type, 'content-encoding': 'gzip', 'content-length': answer.body.length };
    response.writeHead(200, headers).end(answer.body);
  } else if (path === '/sound') sendSound(request, response);
  else response.writeHead(404).end();
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  console.error(`listens on http://127.0.0.1:${port}`);
});
