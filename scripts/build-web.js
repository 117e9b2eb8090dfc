import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

/** What the served page has instead of a nonce. The server puts another one there for each answer. */
const NONCE_PLACE = 'DEBRIEF_CSP_NONCE';
const ROUTES = '\0routes';

/**
 * Replaces the contract's route tables, for the browser, by what the client uses of them. The schemas and their texts
 * are several times as large as the client.
 */
function slimRoutes(compiled) {
  return {
    name: 'slim-routes',
    enforce: 'pre',
    resolveId: (source) => (/\/contract\/routes?\.js$/.test(source) ? ROUTES : null),
    async load(id) {
      if (id !== ROUTES) return null;
      const { isRoute, v1Routes } = await import(pathToFileURL(join(compiled, 'contract', 'routes.js')).href);
      const { NDJSON } = await import(pathToFileURL(join(compiled, 'contract', 'route.js')).href);
      const slim = ({ method, path, bodyType, answer, answerType, textTypes }) => ({
        method,
        path,
        ...(bodyType && { bodyType }),
        ...(answer && { answer: true }),
        ...(answerType && { answerType }),
        ...(textTypes && { textTypes }),
      });
      const slimAll = (routes) =>
        Object.fromEntries(
          Object.entries(routes).map(([name, entry]) => [name, isRoute(entry) ? slim(entry) : slimAll(entry)]),
        );
      return [
        `export const NDJSON = ${JSON.stringify(NDJSON)};`,
        `export const v1Routes = ${JSON.stringify(slimAll(v1Routes))};`,
        'export const v2Routes = {};',
        "export const isRoute = (entry) => 'method' in entry;",
      ].join('\n');
    },
  };
}

/** Builds the web app from `src/web` into the folder `web` of a compiled server, each file also as gzip. */
export async function buildWeb(root, compiled) {
  await build({
    configFile: false,
    root: join(root, 'src', 'web'),
    logLevel: 'warn',
    plugins: [slimRoutes(compiled), react()],
    html: { cspNonce: NONCE_PLACE },
    build: {
      outDir: join(compiled, 'web'),
      emptyOutDir: true,
      // The default turns light-dark() into what no theme changes.
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      // Inlined files would be data: URLs, which the Content-Security-Policy refuses.
      assetsInlineLimit: 0,
    },
  });
  const assets = join(compiled, 'web', 'assets');
  for (const name of readdirSync(assets)) {
    writeFileSync(join(assets, `${name}.gz`), gzipSync(readFileSync(join(assets, name)), { level: 9 }));
  }
}
