// What an answer without a content coding must cost in Node: all fragments, inflated from memory two at a time, and sent
// in order as fast as the client reads. It reads no database and joins nothing.
//   /pages

import { createServer, type ServerResponse } from 'node:http';
import { inflate } from '#debrief/wire/fragment.js';
import { readFragments } from './stored-fragments.js';

// Exits with its parent, so that an interrupted bench leaves no process running.
process.once('disconnect', () => process.exit());

const fragments = await readFragments();
const length = fragments.reduce((sum, { raw_length }) => sum + raw_length, 0);

async function send(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': length });
  const inflateAt = (index: number) => {
    const fragment = fragments[index];
    return fragment && inflate(fragment.deflated, fragment.raw_length);
  };
  let next = inflateAt(0);
  for (let index = 1; next !== undefined; index++) {
    const bytes = await next;
    next = inflateAt(index);
    await new Promise((resolve) => response.write(bytes, resolve));
  }
  response.end();
}

const server = createServer((request, response) => {
  if (request.url!.startsWith('/pages')) return send(response);
  return response.writeHead(200, { 'content-length': 0 }).end();
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  console.error(`listens on http://127.0.0.1:${port}`);
});
