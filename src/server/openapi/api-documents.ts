import { namedRoutes, v1Routes, v2Routes } from '../../contract/routes.js';
import { v2Examples } from '../../contract/v2-examples.js';
import { openapiDocument } from './openapi.js';

const ERRORS = `Every error is an RFC 9457 problem document (\`application/problem+json\`). A method that a path does not take is
answered 405, with the methods that it takes in \`Allow\`.

**Gzip:** answers of a kilobyte or more are sent as gzip to clients that accept it (\`Accept-Encoding: gzip\`).`;

const V2_TEXT = `The Coach360 (ExecVision) API v2, for programs: HTTP Basic with an API user's id and password.

**Feeds** take \`since\`. Entries are in the order of their stamps: \`modified\`, or \`deletedAt\` of deleted calls. First ask
with \`since\` alone, and follow the \`Link: <…>; rel="next"\` of full pages. Continue later with the last entry's stamp as
\`since\` and its id as \`last_id\`: nothing is lost and nothing comes twice. An entry that changes comes again with a new stamp.

**Rate limit:** 5 requests a second from 06:00 up to 21:00 in New York and 25 by night, unless the account or the
credential has other rates. A request over it waits for its turn: \`X-Queue-Time-Ms\` says how long. One that would wait a
minute is answered 504.

Unknown parameters are ignored, except by the search. ${ERRORS}`;

const V1_TEXT = `Debrief's own API: sending calls, settings, and everything that users do. Programs use HTTP Basic, users their session.

**Lists** come in pages: send \`next\` as \`cursor\` for the following page.
**Changes** take \`If-Match\` with the ETag of the thing as it was read, and are refused if it was changed since.
**Reading** a thing with an ETag takes \`If-None-Match\`, and is answered 304 if nothing has changed.
**Bodies** may be sent as gzip, with \`Content-Encoding: gzip\`.
**Creating** takes an \`Idempotency-Key\`: the same request with the same key does nothing more.

${ERRORS}`;

/** The OpenAPI documents, by their names in `/openapi/` and `docs/openapi/`. */
export const apiDocuments = {
  'v2.json': () =>
    openapiDocument({
      title: 'Debrief: API v2',
      version: '2.0.0',
      description: V2_TEXT,
      routes: namedRoutes(v2Routes),
      examples: v2Examples,
    }),
  'v1.json': () =>
    openapiDocument({
      title: 'Debrief: API v1',
      version: '1.0.0',
      description: V1_TEXT,
      routes: namedRoutes(v1Routes),
      examples: {},
    }),
} as const;
