/**
 * A query parameter. All are sent as text and parsed by us: a schema validator that coerces would accept `true`, ` 5`
 * and `0x10` as integers.
 */
export type QueryParam = Kind & {
  /** What it is for, if its kind does not say. */
  readonly description?: string;
};

type Kind =
  | { readonly kind: 'instant'; readonly required: boolean }
  | { readonly kind: 'limit'; readonly max: number; readonly default: number }
  | { readonly kind: 'lastId' }
  /**
   * `keys`: the types of the list's keys, one row for each order that the list has; a cursor with other keys is
   * refused.
   */
  | { readonly kind: 'cursor'; readonly keys?: readonly (readonly ('string' | 'number')[])[] }
  | { readonly kind: 'id' }
  | { readonly kind: 'ids' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'search' }
  /** Where to continue: a path of this server. */
  | { readonly kind: 'path' }
  /** Any text, unchecked. Empty counts as absent. */
  | { readonly kind: 'text' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'seconds' }
  | { readonly kind: 'count' };

/** The most ids in one parameter. */
export const MAX_IDS = 50;
/** The most characters of a path. */
export const MAX_PATH_LENGTH = 2_000;
/** The most characters of a cursor: three ids of 200 characters, lengthened by JSON and by base64, and separators. */
export const MAX_CURSOR_LENGTH = 6000;

/** What a parameter takes, in words, for errors and documents. */
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
      return 'words, "phrases in quotes", pri* for words that begin with pri, - or NOT before what is excluded, or between alternatives, and two words near each other: price NEAR/5 discount';
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

/** What a parameter takes, as JSON Schema, and what it is for. */
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

/** Where a feed begins. */
export const since = { kind: 'instant', required: true } as const;
/** How many entries a page has at most. */
export const limit = { kind: 'limit', max: 1000, default: 100 } as const;
/** The last entry of the previous page of a feed. */
export const lastId = { kind: 'lastId' } as const;
/** Where the next page of a list begins. */
export const cursor = { kind: 'cursor' } as const;
/** One id. */
export const id = { kind: 'id' } as const;
/** Several ids. */
export const ids = { kind: 'ids' } as const;
/** A boolean; false unless given. */
export const flag = { kind: 'boolean' } as const;
/** A length of time in seconds. */
export const seconds = { kind: 'seconds' } as const;
/** A whole number from 1. */
export const count = { kind: 'count' } as const;
