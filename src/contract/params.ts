/**
 * What a query parameter takes. All are sent as text and read by us: a schema validator that coerces would
 * let `true`, ` 5` and `0x10` pass for an integer.
 */
export type QueryParam =
  | { readonly kind: 'instant'; readonly required: boolean }
  | { readonly kind: 'limit'; readonly max: number; readonly default: number }
  | { readonly kind: 'lastId' }
  | { readonly kind: 'cursor' }
  | { readonly kind: 'id' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'seconds' }
  | { readonly kind: 'count' };

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
    case 'boolean':
      return 'true or false';
    case 'seconds':
      return 'a number of seconds greater than 0, up to 1000000';
    case 'count':
      return 'a whole number from 1 to 1000000';
  }
}

export const since = { kind: 'instant', required: true } as const;
export const limit = { kind: 'limit', max: 1000, default: 100 } as const;
export const lastId = { kind: 'lastId' } as const;
export const cursor = { kind: 'cursor' } as const;
export const id = { kind: 'id' } as const;
export const flag = { kind: 'boolean' } as const;
export const seconds = { kind: 'seconds' } as const;
export const count = { kind: 'count' } as const;
