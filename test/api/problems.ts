import { STATUS_CODES } from 'node:http';
import { expect } from 'vitest';
import type { RawAnswer } from '../support/raw-http.js';

export interface ExpectedProblem {
  readonly status: number;
  /** The parameter or field that the problem names; a RegExp where the name goes on below a field. */
  readonly parameter?: string | RegExp;
  /** What it takes, word by word; without it any text will do, but there is one. */
  readonly allowed?: string;
  /** What the detail must say. */
  readonly detail?: string | RegExp;
}

/** What no answer may show: a stack trace, our code's paths, SQL and the database's own words. */
const INNARDS =
  /\n\s*at |node_modules|\bdist\/|\.[jt]s:\d|node:internal|FST_|HPE_|SQLSTATE|account_id|relation "|syntax error at|violates|invalid byte sequence|invalid input syntax|\$\d/;
/** Longer than any of ours: whoever sends a megabyte does not get it back. */
const MAX_PROBLEM_BYTES = 4_000;

/** What is wrong with an answer that should be this problem; null where nothing is. */
export function faultOf(answer: RawAnswer, expected: ExpectedProblem): string | null {
  const shown = `${answer.status} ${answer.text.slice(0, 250)}`;
  if (answer.status !== expected.status) return `not ${expected.status}: ${shown}`;
  if (!/^application\/problem\+json(; charset=utf-8)?$/.test(answer.headers['content-type'] ?? ''))
    return `no problem document: ${shown}`;
  if (answer.text.length > MAX_PROBLEM_BYTES) return `${answer.text.length} characters long: ${shown}`;
  return faultOfProblem(JSON.parse(answer.text), expected);
}

/** As `faultOf`, of a problem document by itself. */
export function faultOfProblem(body: Record<string, unknown>, expected: ExpectedProblem): string | null {
  const text = JSON.stringify(body);
  if (INNARDS.test(text) || INNARDS.test(String(body.detail))) return `shows innards: ${text}`;
  const { type, title, status, detail, parameter, allowed, ...more } = body;
  if (type !== 'about:blank' || title !== STATUS_CODES[expected.status] || status !== expected.status) {
    return `a wrong type, title or status: ${text}`;
  }
  if (typeof detail !== 'string' || detail === '' || Object.keys(more).length > 0) return `a wrong shape: ${text}`;
  if (expected.detail !== undefined && !matches(detail, expected.detail))
    return `does not say ${expected.detail}: ${text}`;
  if (expected.parameter === undefined) return parameter === undefined ? null : `names a parameter: ${text}`;
  if (typeof parameter !== 'string' || !matches(parameter, expected.parameter, true)) {
    return `does not name ${expected.parameter}: ${text}`;
  }
  if (expected.status !== 400) return null;
  if (typeof allowed !== 'string' || allowed === '') return `does not say what is allowed: ${text}`;
  if (expected.allowed !== undefined && allowed !== expected.allowed) return `not "${expected.allowed}": ${text}`;
  if (!detail.includes(parameter) || !detail.includes(allowed)) return `the detail lacks them: ${text}`;
  return null;
}

function matches(text: string, wanted: string | RegExp, whole = false): boolean {
  if (typeof wanted !== 'string') return wanted.test(text);
  return whole ? text === wanted : text.includes(wanted);
}

export function expectProblem(answer: RawAnswer, status: number, more: Omit<ExpectedProblem, 'status'> = {}): void {
  expect(faultOf(answer, { status, ...more })).toBeNull();
}

const AT_ONCE = 8;
const SHOWN_FAULTS = 10;

/** Runs every case, some at once, and expects none to find a fault; the failure lists all that did. */
export async function expectNoFaults<C>(
  cases: Iterable<C>,
  name: (each: C) => string,
  run: (each: C) => Promise<string | null>,
): Promise<number> {
  const left = [...cases];
  const count = left.length;
  const faults: string[] = [];
  const turns = Array.from({ length: AT_ONCE }, async () => {
    for (let each = left.pop(); each !== undefined; each = left.pop()) {
      const fault = await run(each).catch((error: Error) => `failed: ${error.message}`);
      if (fault !== null) faults.push(`${name(each)}: ${fault}`);
    }
  });
  await Promise.all(turns);
  // A broken rule breaks hundreds of cases: the first ones say which.
  expect(faults.sort().slice(0, SHOWN_FAULTS)).toEqual([]);
  return count;
}

/**
 * What may not differ between two requests that are answered alike. The rate limit goes by the hour, and an answer to
 * HEAD need not say that one to GET comes in chunks (RFC 9112 §6.1): how it is sent is no part of an answer.
 */
export function comparable({ status, headers: sent, text }: RawAnswer) {
  const { date, 'x-request-id': id, ratelimit, 'ratelimit-policy': policy, ...kept } = sent;
  const { 'transfer-encoding': framing, ...headers } = kept;
  return { status, headers, text };
}
