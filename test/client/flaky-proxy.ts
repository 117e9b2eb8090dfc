import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request on its way. */
export type Fate =
  | 'passes'
  /** The connection ends before the server has seen the request. */
  | 'is lost'
  /** The server answers, but the connection ends in the middle of the answer. */
  | 'breaks off'
  /** The server answers; what arrives is a whole answer with half of its bytes. */
  | 'arrives cut'
  /** A proxy's own answer, by status; `retryAfter` in seconds. */
  | { readonly status: number; readonly retryAfter?: number }
  /** It takes a while. */
  | { readonly delayMs: number };

export interface FlakyProxy {
  readonly url: string;
  /** Paths and queries that came in, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** Stands between a client and the server, and does to each request what `fateOf` says. */
export async function startFlakyProxy(target: string, fateOf: (request: number) => Fate): Promise<FlakyProxy> {
  const asked: string[] = [];
  const server = http.createServer((incoming, outgoing) => {
    const fate = fateOf(asked.length);
    asked.push(incoming.url!);
    if (fate === 'is lost') return void incoming.socket.destroy();
    if (typeof fate === 'object' && 'status' in fate) {
      const retryAfter = fate.retryAfter === undefined ? {} : { 'retry-after': String(fate.retryAfter) };
      outgoing.writeHead(fate.status, { 'content-type': 'text/html', ...retryAfter });
      return void outgoing.end('<h1>Not now</h1>');
    }
    const pass = () => {
      const options = { method: incoming.method!, headers: incoming.headers };
      const onward = http.request(new URL(incoming.url!, target), options, (answer) => {
        const chunks: Buffer[] = [];
        // The server itself breaks answers off that show a call erased meanwhile.
        answer.on('error', () => outgoing.destroy());
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () => {
          const body = Buffer.concat(chunks);
          const half = body.subarray(0, Math.floor(body.length / 2));
          if (fate === 'arrives cut') {
            outgoing.writeHead(answer.statusCode!, { ...answer.headers, 'content-length': half.length });
            return void outgoing.end(half);
          }
          outgoing.writeHead(answer.statusCode!, answer.headers);
          if (fate !== 'breaks off') return void outgoing.end(body);
          outgoing.write(half, () => outgoing.destroy());
        });
      });
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    };
    if (typeof fate === 'object') setTimeout(pass, fate.delayMs);
    else pass();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
