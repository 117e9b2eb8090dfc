// The tasks and answers of the load generator. It is a separate process, so that its CPU time is not counted for
// anything else.

interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Connections that each send their next request as soon as the previous one is answered. */
export interface Load extends Target {
  readonly kind: 'load';
  /** All connections take them in turn, repeatedly. */
  readonly paths: readonly string[];
  /** A file whose lines are the bodies of POST requests, also taken in turn. Without it the requests are GETs. */
  readonly bodies?: string;
  /** Ranges of bytes, both ends inclusive, also taken in turn. Each must be answered by 206 and so many bytes. */
  readonly ranges?: readonly Range[];
  readonly connections: number;
  /** Ends after this many requests or seconds. Each connection sends at least one request. */
  readonly until: { readonly requests: number } | { readonly seconds: number };
}

/** A connection that follows each answer's link to the next page, until the last. */
export interface Crawl extends Target {
  readonly kind: 'crawl';
  readonly path: string;
}

/** Requests at a steady pace until `stop`, each sent on time even if the previous one is not yet answered. */
export interface Probe extends Target {
  readonly kind: 'probe';
  readonly path: string;
  readonly everyMs: number;
}

/** One POST of bytes that no other has had. It must be answered by 201. */
export interface Upload extends Target {
  readonly kind: 'upload';
  readonly path: string;
  readonly sizeBytes: number;
}

interface Stop {
  readonly kind: 'stop';
}

/** A task for the load generator. */
export type Task = Load | Crawl | Probe | Upload | Stop;

/** The measurements of a task. */
export interface Outcome {
  readonly elapsedMs: number;
  /** Total bytes of the bodies as sent. */
  readonly bytes: number;
  /** The duration of each request, from the time it was due. */
  readonly ms: readonly number[];
  readonly firstByteMs: readonly number[];
}

/** Sent by the generator at the end of each task except `stop`. */
export type Reply = { readonly outcome: Outcome } | { readonly error: string };
