import http from 'node:http';
import { connect } from 'node:net';
import type { TestClient, TestService } from './service.js';

// Requests exactly as they are written: fetch would resolve `..`, re-encode the URL and refuse some headers.

export interface RawAnswer {
  readonly status: number;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface RawRequest {
  readonly method: string;
  /** The request's target, sent as it is. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

export interface RawClient {
  readonly authorization: string;
  send(request: RawRequest): Promise<RawAnswer>;
}

/** Sends as this credential, and as a page of ours, unless a request brings headers of its own; '' sends none. */
export function rawClient(service: TestService, client: TestClient): RawClient {
  const authorization = basic(client.username, client.password);
  return {
    authorization,
    send: ({ headers = {}, ...request }) =>
      sendRaw(service, { ...request, headers: { authorization, origin: service.url, ...headers } }),
  };
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

export function sendRaw(service: TestService, { method, path, headers = {}, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(service.url);
  const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
  return new Promise((resolve, reject) => {
    const request = http.request({ agent, hostname, port, method, path, headers: sent }, (response) => {
      const chunks: Buffer[] = [];
      const { statusCode, headers: answered } = response;
      if (answered['content-type'] === 'text/event-stream' && method === 'GET') {
        // It would not end by itself.
        response.destroy();
        return resolve({ status: statusCode!, headers: answered as Record<string, string>, text: '' });
      }
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode!, headers: response.headers as Record<string, string>, text });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Writes these bytes to a connection of its own and reads until the server closes it. */
export function speak(service: TestService, bytes: string | Uint8Array): Promise<RawAnswer> {
  const { hostname, port } = new URL(service.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('end', () => {
      socket.destroy();
      resolve(parseAnswer(Buffer.concat(chunks).toString()));
    });
  });
}

function parseAnswer(answer: string): RawAnswer {
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(' ')[1]), headers: Object.fromEntries(headers), text: rest.join('\r\n\r\n') };
}
