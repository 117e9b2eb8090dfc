import { Readable } from 'node:stream';
import { DefaultHttpStack, type HttpRequest, type HttpResponse, Upload } from 'tus-js-client';

/** What is uploaded, and how its connection behaves. */
export interface Sending {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly bytes: Buffer;
  readonly metadata: Record<string, string>;
  readonly chunkSize?: number;
  /** Every so many PATCHes, the connection breaks after so many bytes. */
  readonly drops?: { readonly every: number; readonly after: number };
  /** Servers that take the requests in turn. */
  readonly alternates?: readonly string[];
}

/** Uploads by tus-js-client, which resumes by itself. */
export async function uploadByTus({ url, headers, bytes, metadata, chunkSize, drops, alternates }: Sending) {
  let patches = 0;
  let dropped = 0;
  let requests = 0;
  let callId: string | null = null;
  class Stack extends DefaultHttpStack {
    override createRequest(method: string, to: string): HttpRequest {
      const base = alternates?.[requests++ % alternates.length];
      const request = super.createRequest(method, base === undefined ? to : new URL(new URL(to).pathname, base).href);
      const isDropped = method === 'PATCH' && drops !== undefined && ++patches % drops.every === 0;
      if (!isDropped) return request;
      dropped++;
      const send = request.send.bind(request);
      request.send = (body): Promise<HttpResponse> => {
        const begun = new Readable({ read() {} });
        begun.push((body as Uint8Array).subarray(0, drops.after));
        const sending = send(begun);
        // What was sent is on its way before the connection breaks.
        setTimeout(() => request.getUnderlyingObject().destroy(new Error('the connection broke')), 30);
        return sending;
      };
      return request;
    }
  }
  const path = await new Promise<string>((resolve, reject) => {
    const upload: Upload = new Upload(bytes, {
      endpoint: `${url}/api/v1/uploads`,
      headers,
      metadata,
      chunkSize: chunkSize ?? Number.POSITIVE_INFINITY,
      retryDelays: Array(50).fill(10),
      httpStack: new Stack({}),
      onAfterResponse: (_request, response) => {
        callId = response.getHeader('debrief-call-id') ?? callId;
      },
      onSuccess: () => resolve(new URL(upload.url!).pathname),
      onError: reject,
    });
    upload.start();
  });
  return { callId: callId!, path, dropped };
}
