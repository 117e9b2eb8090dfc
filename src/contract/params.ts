/**
 * What a query parameter takes. All are sent as text and read by us: a schema validator that coerces would
 * let `true`, ` 5` and `0x10` pass for an integer.
 */
export type QueryParam = Kind & {
  /** What it is for, where its kind does not say. */
  readonly description?: string;
};

type Kind =
  | { readonly kind: 'instant'; readonly required: boolean }
  | { readonly kind: 'limit'; readonly max: number; readonly default: number }
  | { readonly kind: 'lastId' }
  /** `keys`: what its list's keys are, or those of each of its orders, where others are to be refused. */
  | { readonly kind: 'cursor'; readonly keys?: readonly (readonly ('string' | 'number')[])[] }
  | { readonly kind: 'id' }
  | { readonly kind: 'ids' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'search' }
  /** Where to go on: a path of this server. */
  | { readonly kind: 'path' }
  /** Anything: not for us to judge. Empty counts as absent. */
  | { readonly kind: 'text' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'seconds' }
  | { readonly kind: 'count' };

export const MAX_IDS = 50;
export const MAX_PATH_LENGTH = 2_000;
/** Three ids of 200 characters that JSON and base64 both make longer, and what stands between them. */
export const MAX_CURSOR_LENGTH = 6000;

/** What each kind takes, in words, for refusals and documentation. */
export function allowedText(param: QueryParam): string {
  switch (param.kind) {
    case 'instant':
      return 'an ISO 8601 date-time such as 2021-12-31T09:15Z';
    case 'limit':
      return `a whole number from 0 to ${param.max}`;
    case 'lastId':
      return 'the id of the last entry of the page before (up to 200 characters)';
    case 'cursor':
      return 'the next of the page before';
    case 'id':
      return 'an id (up to 200 characters)';
    case 'ids':
      return `up to ${MAX_IDS} ids, separated by commas`;
    case 'choice':
      return `${param.of.slice(0, -1).join(', ')} or ${param.of.at(-1)}`;
    case 'number':
      return `a number from ${param.min} to ${param.max}`;
    case 'search':
      return 'words, "phrases in quotes", pri* for what begins so, - or NOT before what is excluded, or between alternatives, and two words as in: price NEAR/5 discount';
    case 'path':
      return 'a path that begins with one /, such as /calls';
    case 'text':
      return 'text';
    case 'boolean':
      return 'true or false in any case, or 1 or 0';
    case 'seconds':
      return 'a number of seconds greater than 0, up to 1000000';
    case 'count':
      return 'a whole number from 1 to 1000000';
  }
}

/** What each kind takes, as JSON Schema, and what it is for. */
export function paramSchema(param: QueryParam): { readonly schema: object; readonly description: string } {
  const takes = (schema: object, description = `Takes ${allowedText(param)}.`) => ({
    schema,
    description: param.description ?? description,
  });
  switch (param.kind) {
    case 'instant':
      return takes(
        { type: 'string', examples: ['2026-03-01T14:30Z'] },
        `Where to begin: ${allowedText(param)}. Minutes are enough; no offset means UTC. Later, the stamp of the last entry of the page before.`,
      );
    case 'limit':
      return takes(
        { type: 'integer', minimum: 0, maximum: param.max, default: param.default },
        'The most entries of a page.',
      );
    case 'lastId':
      return takes(
        { type: 'string', maxLength: 200 },
        'The id of the last entry of the page before, sent with its stamp as since. Empty counts as absent.',
      );
    case 'cursor':
      return takes({ type: 'string', maxLength: MAX_CURSOR_LENGTH }, 'The `next` of the page before.');
    case 'id':
      return takes({ type: 'string', minLength: 1, maxLength: 200 });
    case 'boolean':
      return takes({ type: 'boolean', default: false });
    case 'path':
      return takes({ type: 'string', minLength: 1, maxLength: MAX_PATH_LENGTH });
    case 'text':
      return takes({ type: 'string' });
    case 'seconds':
      return takes({ type: 'number', exclusiveMinimum: 0, maximum: 1_000_000 });
    case 'count':
      return takes({ type: 'integer', minimum: 1, maximum: 1_000_000 });
    case 'ids':
      return takes({ type: 'string', minLength: 1 });
    case 'choice':
      return takes({ type: 'string', enum: [...param.of] });
    case 'number':
      return takes({ type: 'number', minimum: param.min, maximum: param.max });
    case 'search':
      return takes({ type: 'string', minLength: 1, examples: ['"good price" or discount NEAR/5 year'] });
  }
}

export const since = { kind: 'instant', required: true } as const;
export const limit = { kind: 'limit', max: 1000, default: 100 } as const;
export const lastId = { kind: 'lastId' } as const;
export const cursor = { kind: 'cursor' } as const;
export const id = { kind: 'id' } as const;
export const ids = { kind: 'ids' } as const;
export const flag = { kind: 'boolean' } as const;
export const seconds = { kind: 'seconds' } as const;
export const count = { kind: 'count' } as const;
