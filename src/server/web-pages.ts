import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { pagePolicy } from './page-policy.js';

// The web app, as `npm run build` has made it.

const FOLDER = fileURLToPath(new URL('../web/', import.meta.url));
/** Stands in the page where each answer has its own nonce. */
const NONCE_PLACE = /DEBRIEF_CSP_NONCE/g;

/** The app's pages, which the browser chooses between by itself. All are the same file. */
const PAGES = [
  '/',
  '/log-in',
  '/forgot',
  '/password',
  '/setup',
  '/demo',
  '/profile',
  '/inbox',
  ...['calls', 'library', 'coaching', 'insights', 'admin'].flatMap((page) => [`/${page}`, `/${page}/*`]),
];

/** The app's styles carry the nonce, it plays sound, and its log-in is a form. */
const policyOf = (nonce: string) =>
  pagePolicy({ 'style-src': `'self' 'nonce-${nonce}'`, 'media-src': "'self'", 'form-action': "'self'" });

let page: Promise<string> | undefined;

/** Sends the page that all of the app's paths have. */
export async function sendWebPage(reply: FastifyReply): Promise<FastifyReply> {
  page ??= readFile(`${FOLDER}index.html`, 'utf8');
  const nonce = randomBytes(16).toString('base64');
  reply.header('content-security-policy', policyOf(nonce)).header('x-content-type-options', 'nosniff');
  return reply.type('text/html; charset=utf-8').send((await page).replace(NONCE_PLACE, nonce));
}

/** Serves the web app: its pages, and its files at `/assets`. */
export function registerWebPages(app: FastifyInstance): void {
  for (const path of PAGES) {
    // A page of before an upgrade would ask for files that are gone.
    app.get(path, (_request, reply) =>
      sendWebPage(reply.header('cache-control', 'no-cache').header('referrer-policy', 'same-origin')),
    );
  }
  app.register(fastifyStatic, {
    root: `${FOLDER}assets`,
    prefix: '/assets/',
    decorateReply: false,
    index: false,
    preCompressed: true,
    // A file's name has a digest of its bytes.
    immutable: true,
    maxAge: '1y',
  });
}
