// The process of the load generator: receives tasks over its channel, one at a time, and answers each with its
// measurements.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Answer, type Connection, openConnection } from './connection.js';
import type { Crawl, Load, Outcome, Probe, Reply, Task, Upload } from './tasks.js';

class Tally implements Outcome {
  readonly #begun = performance.now();
  elapsedMs = 0;
  bytes = 0;
  readonly ms: number[] = [];
  readonly firstByteMs: number[] = [];

  add(dueAt: number, answer: Answer): void {
    this.bytes += answer.bytes;
    this.ms.push(answer.endedAt - dueAt);
    this.firstByteMs.push(answer.firstByteAt - dueAt);
    this.elapsedMs = answer.endedAt - this.#begun;
  }
}

type Headers = Readonly<Record<string, string>>;

function requestHead(method: string, path: string, headers: Headers): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${lines.join('')}\r\n`);
}

interface Request {
  readonly parts: readonly Uint8Array[];
  /** How many bytes the answer must have, and be a 206; null for any 2xx. */
  readonly partBytes: number | null;
}

function requestsOf({ headers, paths, bodies, ranges }: Load): Request[] {
  const pathAt = (index: number) => paths[index % paths.length]!;
  if (ranges) {
    return ranges.map(({ start, end }, index) => ({
      parts: [requestHead('GET', pathAt(index), { ...headers, range: `bytes=${start}-${end}` })],
      partBytes: end - start + 1,
    }));
  }
  if (bodies === undefined)
    return paths.map((path) => ({ parts: [requestHead('GET', path, headers)], partBytes: null }));
  const lines = readFileSync(bodies, 'latin1').trimEnd().split('\n');
  return lines.map((line, index) => {
    const body = Buffer.from(line, 'latin1');
    const more = { 'content-type': 'application/json', 'content-length': String(body.length) };
    return { parts: [requestHead('POST', pathAt(index), { ...headers, ...more }), body], partBytes: null };
  });
}

/**
 * A request that is not counted. Of two hundred new connections, the last ones waited one to three seconds for their
 * first byte, with Node's own server too: that would be the p99.
 */
function firstByte({ headers, paths }: Load): Buffer {
  return requestHead('GET', paths[0]!, { ...headers, range: 'bytes=0-0' });
}

function requireStatus({ head }: Answer, status: number): void {
  if (!head.startsWith(`HTTP/1.1 ${status} `)) throw new Error(`${status} was due: ${head}`);
}

function requirePart(answer: Answer, partBytes: number): void {
  requireStatus(answer, 206);
  if (answer.bytes !== partBytes) throw new Error(`${answer.bytes} bytes came where ${partBytes} were due`);
}

async function load(task: Load): Promise<Outcome> {
  const { url, connections, until } = task;
  const requests = requestsOf(task);
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(url)));
  if (task.ranges) await Promise.all(open.map((connection) => connection.send(firstByte(task))));
  const tally = new Tally();
  const begun = performance.now();
  let next = 0;
  const goesOn = () => ('requests' in until ? next < until.requests : performance.now() - begun < until.seconds * 1000);
  const run = async (connection: Connection) => {
    do {
      const { parts, partBytes } = requests[next++ % requests.length]!;
      const sentAt = performance.now();
      const answer = await connection.send(...parts);
      if (partBytes !== null) requirePart(answer, partBytes);
      tally.add(sentAt, answer);
    } while (goesOn());
  };
  try {
    await Promise.all(open.map(run));
  } finally {
    for (const connection of open) connection.close();
  }
  return tally;
}

async function crawl({ url, headers, path }: Crawl): Promise<Outcome> {
  const connection = await openConnection(url);
  const tally = new Tally();
  for (let next: string | null = path; next !== null; ) {
    const sentAt = performance.now();
    const answer: Answer = await connection.send(requestHead('GET', next, headers));
    tally.add(sentAt, answer);
    const link = /\r\nlink: <([^>]+)>/i.exec(answer.head);
    const found: URL | null = link ? new URL(link[1]!, url) : null;
    next = found && found.pathname + found.search;
  }
  connection.close();
  return tally;
}

const UNIQUE_BYTES = 32;
/** What uploads have after their first bytes: made once, because making it takes as long as sending it. */
let common = Buffer.alloc(0);

async function upload({ url, headers, path, sizeBytes }: Upload): Promise<Outcome> {
  if (common.length !== sizeBytes - UNIQUE_BYTES) common = randomBytes(sizeBytes - UNIQUE_BYTES);
  const head = requestHead('POST', path, { ...headers, 'content-length': String(sizeBytes) });
  const connection = await openConnection(url);
  const tally = new Tally();
  const sentAt = performance.now();
  const answer = await connection.send(head, randomBytes(UNIQUE_BYTES), common).finally(connection.close);
  requireStatus(answer, 201);
  tally.add(sentAt, answer);
  return tally;
}

/** Less than the time, in milliseconds, for which any of the servers keeps an idle connection. */
const IDLE_MS = 2_000;

let stopProbe = () => {};

async function probe({ url, headers, path, everyMs }: Probe): Promise<Outcome> {
  const idle: { readonly connection: Connection; readonly since: number }[] = [];
  const request = requestHead('GET', path, headers);
  const tally = new Tally();
  const underWay = new Set<Promise<unknown>>();
  const sendOne = async (dueAt: number) => {
    const last = idle.pop();
    // Those below it have been idle even longer: the server may close them at any time.
    const isFresh = last !== undefined && performance.now() - last.since < IDLE_MS;
    if (!isFresh) for (const { connection } of [...idle.splice(0), ...(last ? [last] : [])]) connection.close();
    const connection = isFresh ? last.connection : await openConnection(url);
    // Timers may fire up to a millisecond early.
    const from = Math.min(dueAt, performance.now());
    tally.add(from, await connection.send(request));
    idle.push({ connection, since: performance.now() });
  };
  let stopped = false;
  let failure: Error | undefined;
  stopProbe = () => {
    stopped = true;
  };
  for (let dueAt = performance.now(); !stopped; dueAt += everyMs) {
    await new Promise((resolve) => setTimeout(resolve, dueAt - performance.now()));
    const sending: Promise<unknown> = sendOne(dueAt).then(
      () => underWay.delete(sending),
      (error: Error) => {
        failure ??= error;
      },
    );
    underWay.add(sending);
  }
  await Promise.all(underWay);
  for (const { connection } of idle) connection.close();
  if (failure) throw failure;
  return tally;
}

async function run(task: Exclude<Task, { kind: 'stop' }>): Promise<Outcome> {
  switch (task.kind) {
    case 'load':
      return load(task);
    case 'crawl':
      return crawl(task);
    case 'probe':
      return probe(task);
    case 'upload':
      return upload(task);
  }
}

process.on('message', (task: Task) => {
  if (task.kind === 'stop') {
    stopProbe();
    return;
  }
  run(task).then(
    (outcome) => reply({ outcome }),
    (error: Error) => reply({ error: error.message }),
  );
});

function reply(answer: Reply): void {
  process.send!(answer);
}
