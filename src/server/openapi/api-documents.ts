import { namedRoutes, v1Routes, v2Routes } from '../../contract/routes.js';
import { v2Examples } from '../../contract/v2-examples.js';
import { openapiDocument } from './openapi.js';

const REFUSALS = `Every refusal is an RFC 9457 problem document (\`application/problem+json\`). A method that a path does not take is
answered 405, with those that it takes in \`Allow\`.

**Gzip:** an answer of a kilobyte and more goes out by gzip to who takes it (\`Accept-Encoding: gzip\`).`;

const V2_TEXT = `The Coach360 (ExecVision) API v2, for programs: HTTP Basic with an API user's id and password.

**Feeds** take \`since\`. Entries come in the order of their stamps: \`modified\`, or \`deletedAt\` of deleted calls. Ask with \`since\` alone first;
follow the \`Link: <…>; rel="next"\` of full pages; go on later with the last entry's stamp as \`since\` and its id as \`last_id\`. So nothing is lost
and nothing comes twice. An entry that changes comes again with its new stamp.

**Rate limit:** 5 requests a second from 06:00 up to 21:00 in New York and 25 by night, unless the account or the credential has other
rates. A request over it waits for its turn, as \`X-Queue-Time-Ms\` tells; one that would wait a minute is answered 504.

Parameters that an endpoint does not know are ignored, except by the search. ${REFUSALS}`;

const V1_TEXT = `Debrief's own API: calls in, settings, and everything that people do. For programs by HTTP Basic, and for people by their session.

**Lists** come a page at a time: send \`next\` as \`cursor\` for the page that follows.
**Changes** take \`If-Match\` with the ETag of what was looked at, and are then refused where it has changed since.
**Reading** what has an ETag takes \`If-None-Match\`, and is answered 304 where nothing has changed.
**Bodies** may be sent by gzip, with \`Content-Encoding: gzip\`.
**Creating** takes an \`Idempotency-Key\`: the same request with the same key does nothing more.

${REFUSALS}`;

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
