import { afterAll, expect, test } from 'vitest';
import { sendRaw } from '../support/raw-http.js';
import { startService } from '../support/service.js';

const service = await startService();
afterAll(() => service.close());

const read = (path: string, headers: Record<string, string> = {}) => sendRaw(service, { method: 'GET', path, headers });

/** The files that a page names, by their ends. */
async function namedFiles(): Promise<{ js: string[]; css: string[] }> {
  const { text } = await read('/log-in');
  const names = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, name]) => name!);
  return { js: names.filter((name) => name.endsWith('.js')), css: names.filter((name) => name.endsWith('.css')) };
}

test('each answer has a nonce of its own, in the page and in its policy', async () => {
  const nonces = new Set<string>();
  for (const path of ['/', '/log-in', '/calls/some-call?t=3', '/admin/topics']) {
    const { status, headers, text } = await read(path);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
    const [, nonce = ''] =
      /style-src 'self' 'nonce-([^']{20,})'/.exec(String(headers['content-security-policy'])) ?? [];
    expect(text).toContain(`<meta property="csp-nonce" nonce="${nonce}">`);
    expect(String(headers['content-security-policy'])).not.toContain('unsafe');
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(4);
});

/** The gzipped bytes of files. */
async function gzippedBytes(names: Iterable<string>): Promise<number> {
  let bytes = 0;
  for (const name of names) {
    const { headers } = await read(name, { 'accept-encoding': 'gzip' });
    expect([headers['content-encoding'], headers['cache-control']]).toEqual([
      'gzip',
      'public, max-age=31536000, immutable',
    ]);
    bytes += Number(headers['content-length']);
  }
  return bytes;
}

/** The scripts that a script names, and those that they name. */
async function addNamedScripts(name: string, known: Set<string>): Promise<void> {
  if (known.has(name)) return;
  known.add(name);
  const { text } = await read(name);
  for (const [, file] of text.matchAll(/["'`](?:\.\/|assets\/)([\w.-]+\.js)["'`]/g)) {
    await addNamedScripts(`/assets/${file}`, known);
  }
}

test('log-in and shell are at most 190 kB of scripts and 25 kB of styles, by gzip', async () => {
  const { js, css } = await namedFiles();
  expect(js.length).toBeGreaterThan(0);
  expect(css.length).toBeGreaterThan(0);
  expect(await gzippedBytes(js)).toBeLessThan(190_000);
  expect(await gzippedBytes(css)).toBeLessThan(25_000);
});

test('the page of a call, with all its panels and dialogs, is at most 300 kB of scripts by gzip', async () => {
  const { js } = await namedFiles();
  const texts = await Promise.all(js.map(async (name) => (await read(name)).text));
  const page = texts.join('').match(/call-page-[\w-]+\.js/)![0];
  const scripts = new Set(js);
  await addNamedScripts(`/assets/${page}`, scripts);
  expect(scripts.size).toBeGreaterThan(js.length + 5);
  expect(await gzippedBytes(scripts)).toBeLessThan(300_000);
});

test('the paths of the APIs and of files that are not there stay theirs', async () => {
  const paths = { '/api/v1/nope': 404, '/assets/nope.js': 404, '/calls2': 404 };
  for (const [path, wanted] of Object.entries({ ...paths, '/assets/../index.html': 403 })) {
    const { status, text } = await read(path, { accept: 'text/html' });
    expect([path, status]).toEqual([path, wanted]);
    expect(text).not.toContain('<html');
  }
});
