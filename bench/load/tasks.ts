// What the load generator is told, and what it answers. It is a process of its own, so that its CPU is nobody else's.

interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Connections that each send their next request as soon as the last one is answered. */
export interface Load extends Target {
  readonly kind: 'load';
  /** Taken in turn by all connections, over and over. */
  readonly paths: readonly string[];
  /** A file whose lines are the bodies, taken in turn too, of POSTs; without it they are GETs. */
  readonly bodies?: string;
  readonly connections: number;
  /** Ends when this many requests were sent, or this many seconds have passed; each connection sends at least one. */
  readonly until: { readonly requests: number } | { readonly seconds: number };
}

/** A connection that follows each answer's link to the next page to the end. */
export interface Crawl extends Target {
  readonly kind: 'crawl';
  readonly path: string;
}

/** Requests at a steady pace, each on its time whether or not the last one is answered, until `stop`. */
export interface Probe extends Target {
  readonly kind: 'probe';
  readonly path: string;
  readonly everyMs: number;
}

interface Stop {
  readonly kind: 'stop';
}

export type Task = Load | Crawl | Probe | Stop;

export interface Outcome {
  readonly elapsedMs: number;
  /** Of all bodies, as sent. */
  readonly bytes: number;
  /** Of each request, from when it was due. */
  readonly ms: readonly number[];
  readonly firstByteMs: readonly number[];
}

/** Sent by the generator for each task but `stop`, in the end. */
export type Reply = { readonly outcome: Outcome } | { readonly error: string };
