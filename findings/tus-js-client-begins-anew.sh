#!/usr/bin/env bash
# tus-js-client 4.3.1, Node 20.
#
# When a connection breaks in the middle of a file, the client asks the server by HEAD how far the upload is. We expected
# that an answer 503 to this HEAD is tried again, as 503 to a PATCH is: `retryDelays` are there for that. It is not. The
# client gives up the upload that is on the server, makes a new one by POST, and sends the file from its first byte. 423
# to the same HEAD is tried again.
#
# Output seen:
#   503: POST PATCH HEAD POST PATCH
#   423: POST PATCH HEAD HEAD PATCH
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund --save-exact tus-js-client@4.3.1
cat > run.mjs <<'JS'
import http from 'node:http';
import tus from 'tus-js-client';

const SIZE = 100_000;
/** The requests that a client makes where the first PATCH breaks off and the first HEAD is answered with `status`. */
async function requestsWith(status) {
  const seen = [];
  let offset = 0;
  const server = http.createServer(async (request, response) => {
    const { method } = request;
    seen.push(method);
    const isFirst = seen.filter((each) => each === method).length === 1;
    response.setHeader('Tus-Resumable', '1.0.0');
    if (method === 'POST') return response.writeHead(201, { Location: `/files/${seen.length}` }).end();
    if (method === 'HEAD' && isFirst) return response.writeHead(status).end();
    if (method === 'HEAD') return response.writeHead(200, { 'Upload-Offset': offset, 'Upload-Length': SIZE }).end();
    if (isFirst) {
      offset = (await new Promise((resolve) => request.once('data', resolve))).length;
      return request.destroy();
    }
    request.resume().on('end', () => response.writeHead(204, { 'Upload-Offset': SIZE }).end());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  await new Promise((resolve, reject) => {
    new tus.Upload(Buffer.alloc(SIZE), {
      endpoint: `http://127.0.0.1:${server.address().port}/files`,
      retryDelays: [10, 10, 10, 10],
      onSuccess: resolve,
      onError: reject,
    }).start();
  });
  server.close();
  server.closeAllConnections();
  return seen.join(' ');
}
const found = { 503: await requestsWith(503), 423: await requestsWith(423) };
for (const status of [503, 423]) console.log(`${status}: ${found[status]}`);
process.exit(found[503] === 'POST PATCH HEAD POST PATCH' && found[423] === 'POST PATCH HEAD HEAD PATCH' ? 0 : 1);
JS
node run.mjs
