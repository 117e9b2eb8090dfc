import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { pagePolicy } from '../page-policy.js';

// The API documents, and a page to browse and try them. They are public, since they contain nothing of any account.
// Each file is loaded when it is first requested.

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Debrief: the APIs</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/swagger-ui-standalone-preset.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({
  urls: [
    { name: 'API v2', url: 'openapi/v2.json' },
    { name: 'API v1', url: 'openapi/v1.json' },
  ],
  dom_id: '#page',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  // Its own would send the document to somebody else's server.
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  // Its logo brings a style element, which the policy refuses.
  plugins: [() => ({ components: { Logo: () => null } })],
  layout: 'StandaloneLayout',
});
`;

interface File {
  readonly type: string;
  load(): Promise<string | Uint8Array>;
}

const JAVASCRIPT = 'text/javascript; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

const swaggerFile = (name: string, type: string): File => ({
  type,
  load: () => readFile(new URL(`../swagger-ui/${name}`, import.meta.url)),
});

const apiDocument = (name: 'v1.json' | 'v2.json'): File => ({
  type: JSON_TYPE,
  async load() {
    const { apiDocuments } = await import('./api-documents.js');
    return JSON.stringify(apiDocuments[name]());
  },
});

const FILES: Readonly<Record<string, File>> = {
  '/openapi/v2.json': apiDocument('v2.json'),
  '/openapi/v1.json': apiDocument('v1.json'),
  '/docs': { type: 'text/html; charset=utf-8', load: async () => PAGE },
  '/docs/start.js': { type: JAVASCRIPT, load: async () => START },
  '/docs/swagger-ui.css': swaggerFile('swagger-ui.css', 'text/css; charset=utf-8'),
  '/docs/swagger-ui-bundle.js': swaggerFile('swagger-ui-bundle.js', JAVASCRIPT),
  '/docs/swagger-ui-standalone-preset.js': swaggerFile('swagger-ui-standalone-preset.js', JAVASCRIPT),
};

/** Registers `/docs`, its files, and the documents `/openapi/v1.json` and `/openapi/v2.json`. */
export function registerDocs(app: FastifyInstance): void {
  for (const [path, file] of Object.entries(FILES)) {
    let loaded: ReturnType<typeof load> | undefined;
    app.get(path, async (_request, reply) => {
      loaded ??= load(file);
      return sendFile(reply, file.type, await loaded);
    });
  }
}

async function load(file: File): Promise<{ bytes: Buffer; etag: string }> {
  const bytes = Buffer.from(await file.load());
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` };
}

function sendFile(reply: FastifyReply, type: string, { bytes, etag }: { bytes: Buffer; etag: string }): FastifyReply {
  reply.headers({
    etag,
    // Browsers keep the files, but revalidate them each time: an upgrade changes them.
    'cache-control': 'no-cache',
    'content-security-policy': pagePolicy(),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  return reply.type(type).send(bytes);
}
