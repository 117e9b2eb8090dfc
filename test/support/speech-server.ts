import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

// A server with OpenAI's API for transcriptions, whose answers tests decide. Its forms are parsed by undici.

/** A request for a transcription. */
export interface TranscriptionRequest {
  readonly headers: IncomingHttpHeaders;
  /** The values of each field. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly file: Buffer;
  readonly fileName: string;
}

/** An answer; `hangUp` closes the connection instead. */
export interface TranscriptionAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly hangUp?: true;
}

/** A running server. */
export interface SpeechServer {
  /** The URL before `/audio/transcriptions`. */
  readonly url: string;
  /** All requests so far. */
  readonly requests: TranscriptionRequest[];
  /** Resolves when the next request has come. */
  arrival(): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts a server. `answer` is asked for each transcription; `models` is the status of the list of models. */
export async function startSpeechServer(
  answer: (request: TranscriptionRequest) => TranscriptionAnswer | Promise<TranscriptionAnswer>,
  models = 200,
): Promise<SpeechServer> {
  const requests: TranscriptionRequest[] = [];
  const arrivals = new EventEmitter();
  const server = createServer(async (request, response) => {
    const respond = ({ status = 200, headers = {}, body = {}, hangUp }: TranscriptionAnswer) => {
      if (hangUp) return request.socket.destroy();
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    if (request.url === '/v1/models') return respond({ status: models, body: { data: [] } });
    const bytes = await buffer(request).catch(() => null);
    // The client has gone.
    if (bytes === null) return;
    const form = await new Response(bytes, {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    }).formData();
    const fields: Record<string, string[]> = {};
    for (const [name, value] of form) {
      if (typeof value === 'string') fields[name] = [...(fields[name] ?? []), value];
    }
    const file = form.get('file') as File;
    const sent = { headers: request.headers, fields, file: Buffer.from(await file.arrayBuffer()), fileName: file.name };
    requests.push(sent);
    arrivals.emit('request');
    respond(await answer(sent));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    arrival: () => once(arrivals, 'request'),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
