import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../errors.js';
import { retryAfterSeconds } from '../../retry-after.js';

// One request to an OpenAI-compatible `/chat/completions`, with what goes wrong there.

/** Where a chat model is. */
export interface ChatOptions {
  /** The URL before `/chat/completions`. */
  readonly url: string;
  readonly apiKey: string | null;
  readonly model: string;
  /** The longest that one answer may take, in milliseconds; two minutes unless given. */
  readonly timeoutMs?: number;
  /** The wait before the second try, in milliseconds; it doubles. One second unless given. */
  readonly backoffMs?: number;
}

/** What a model is asked: its instructions, what they are about, and the JSON schema of its answer. */
interface ChatQuestion {
  readonly instructions: string;
  readonly content: string;
  readonly schema: object;
}

/** A chat model. */
export interface Chat {
  /**
   * Asks for an answer as JSON text.
   * @throws AppError `unavailable`; `too_large` if the model takes no text of this length; `invalid` if it answers
   *   nothing. The reason of `signal`, if it aborted.
   */
  ask(question: ChatQuestion, signal: AbortSignal): Promise<string>;
  /** Throws `unavailable` if the server does not answer, or refuses the key. */
  check(): Promise<void>;
}

const TIMEOUT_MS = 120_000;
const BACKOFF_MS = 1_000;
const TRIES = 4;
/** The longest that a try waits because the server asks for it. What takes longer is for the queue. */
const MAX_WAIT_SECONDS = 20;
const MAX_ANSWER_BYTES = 1_000_000;
const MAX_SHOWN = 200;

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly retryAfterSeconds: number | null;
}

/** Makes a chat model. It asks for the schema as the server takes it: strictly, else as JSON mode. */
export function createChat({ url, apiKey, model, timeoutMs = TIMEOUT_MS, backoffMs = BACKOFF_MS }: ChatOptions): Chat {
  let takesSchema = true;

  /** A message of the server, short and without the key, which some servers repeat. */
  const shown = (text: string) => {
    const hidden = apiKey === null ? text : text.replaceAll(apiKey, '[SUMMARY_API_KEY]');
    return hidden.replaceAll(/\s+/g, ' ').slice(0, MAX_SHOWN);
  };

  async function send(method: string, path: string, body: object | null, signal: AbortSignal): Promise<Reply> {
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(body !== null && { 'content-type': 'application/json' }),
          ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
        },
        ...(body !== null && { body: JSON.stringify(body) }),
        // A redirect would take the call's words to a place that nobody set.
        redirect: 'error',
        signal: AbortSignal.any([signal, limit]),
      });
      const text = await limitedText(response);
      return {
        status: response.status,
        text,
        retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after')),
      };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof AppError) throw error;
      const why = limit.aborted ? `it took longer than ${timeoutMs / 1000} s` : causeOf(error);
      throw new AppError('unavailable', `SUMMARY_URL (${url}) did not answer: ${shown(why)}.`);
    }
  }

  function refusal({ status, text, retryAfterSeconds }: Reply): AppError {
    const said = messageOf(text);
    const about = `SUMMARY_URL (${url}) answered ${status}: ${shown(said)}`;
    if (status === 401 || status === 403) return new AppError('unavailable', `${about}. Check SUMMARY_API_KEY.`);
    if (status === 404) return new AppError('unavailable', `${about}. Check SUMMARY_URL and SUMMARY_MODEL.`);
    const isTooLong =
      status === 413 || (status === 400 && /context|too (?:long|large|many)|token limit|maximum.*token/i.test(said));
    if (isTooLong) return new AppError('too_large', about);
    return new AppError('unavailable', about, retryAfterSeconds === null ? {} : { retryAfterSeconds });
  }

  async function complete(body: object, signal: AbortSignal): Promise<Reply> {
    for (let attempt = 1; ; attempt++) {
      let delaySeconds = (backoffMs / 1000) * 2 ** (attempt - 1);
      try {
        const reply = await send('POST', '/chat/completions', body, signal);
        if (!mayPass(reply.status)) return reply;
        delaySeconds = Math.max(delaySeconds, reply.retryAfterSeconds ?? 0);
        if (attempt === TRIES || delaySeconds > MAX_WAIT_SECONDS) throw refusal(reply);
      } catch (error) {
        if (attempt === TRIES || !(error instanceof AppError) || error.code !== 'unavailable') throw error;
        if ((error.retryAfterSeconds ?? 0) > MAX_WAIT_SECONDS) throw error;
      }
      await wait(delaySeconds * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  return {
    async ask({ instructions, content, schema }, signal) {
      for (;;) {
        const asSchema = takesSchema;
        const format = asSchema
          ? { type: 'json_schema', json_schema: { name: 'call_summary', strict: true, schema } }
          : { type: 'json_object' };
        const shape = asSchema ? '' : `\nAnswer with one JSON object of this JSON schema: ${JSON.stringify(schema)}`;
        const messages = [
          { role: 'system', content: instructions + shape },
          { role: 'user', content },
        ];
        const reply = await complete({ model, messages, response_format: format }, signal);
        if (reply.status === 200) return answerOf(reply.text);
        const refusesFormat = reply.status === 400 || reply.status === 422 || reply.status === 501;
        if (!(asSchema && refusesFormat && /response_format|json_schema|schema/i.test(reply.text)))
          throw refusal(reply);
        takesSchema = false;
      }
    },
    async check() {
      const reply = await send('GET', '/models', null, new AbortController().signal);
      // Not every server lists its models.
      if (reply.status === 401 || reply.status === 403 || reply.status >= 500) throw refusal(reply);
    },
  };
}

/** Whether the same request may succeed later. */
function mayPass(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

function answerOf(text: string): string {
  let content: unknown;
  try {
    content = (JSON.parse(text) as { choices?: { message?: { content?: unknown } }[] }).choices?.[0]?.message?.content;
  } catch {
    content = undefined;
  }
  if (typeof content === 'string' && content !== '') return content;
  throw new AppError('invalid', 'The model of SUMMARY_MODEL gave no answer.');
}

/** The message in an error of the server; otherwise its text. */
function messageOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } | string };
    const message = typeof error === 'string' ? error : error?.message;
    return typeof message === 'string' ? message : text;
  } catch {
    return text;
  }
}

function causeOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message ?? 'the connection failed';
}

async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      throw new AppError('invalid', `The answer of SUMMARY_URL is longer than ${MAX_ANSWER_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
