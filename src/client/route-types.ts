import type { Static, TSchema } from 'typebox';
import type { QueryParam } from '../contract/params.js';
import type { NDJSON, RouteContract } from '../contract/route.js';

// The types of what each route takes and answers, derived from its contract.

/** Bytes or text, in any form that fetch sends. */
export type RawBody = NonNullable<RequestInit['body']>;

type NoKeys = Readonly<Record<never, never>>;

/** The names after the colons of a path. */
type PathNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | PathNames<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

type ParamsPart<R extends RouteContract> = [PathNames<R['path']>] extends [never]
  ? NoKeys
  : { readonly params: { readonly [Name in PathNames<R['path']>]: string | number } };

type QueryValue<P extends QueryParam> = P extends { kind: 'instant' }
  ? string | Date
  : P extends { kind: 'limit' | 'count' | 'seconds' }
    ? number
    : P extends { kind: 'boolean' }
      ? boolean
      : string | number;

type RequiredNames<Q extends RouteContract['query']> = {
  [Name in keyof Q]: Q[Name] extends { readonly required: true } ? Name : never;
}[keyof Q];

/** Values of metadata fields. */
type MetadataQuery = { readonly [field: `metadata.${string}`]: string };

/** A route's query, by its parameters' names. */
export type QueryOf<R extends RouteContract> = R extends { readonly metadataQuery: 'one' }
  ? MetadataQuery
  : (R extends { readonly metadataQuery: 'any' } ? MetadataQuery : unknown) & {
      readonly [Name in RequiredNames<R['query']>]: QueryValue<R['query'][Name]>;
    } & {
      readonly [Name in Exclude<keyof R['query'], RequiredNames<R['query']>>]?:
        | QueryValue<R['query'][Name]>
        | undefined;
    };

type QueryPart<R extends RouteContract> = R extends { readonly metadataQuery: 'one' }
  ? { readonly query: QueryOf<R> }
  : [keyof R['query']] extends [never]
    ? NoKeys
    : [RequiredNames<R['query']>] extends [never]
      ? { readonly query?: QueryOf<R> | undefined }
      : { readonly query: QueryOf<R> };

type SentSchema<R> = R extends { readonly sent: infer S extends TSchema }
  ? S
  : R extends { readonly body: infer B extends TSchema }
    ? B
    : never;

/** A route's body: a value, an array of values for NDJSON, or bytes for any other media type. */
type BodyOf<R extends RouteContract> = R extends { readonly bodyType: infer Type }
  ? Type extends typeof NDJSON
    ? readonly Static<SentSchema<R>>[]
    : RawBody
  : Static<SentSchema<R>>;

type BodyPart<R extends RouteContract> = R extends { readonly bodyType: string }
  ? { readonly body: BodyOf<R> }
  : [SentSchema<R>] extends [never]
    ? NoKeys
    : { readonly body: BodyOf<R> };

/** What every call takes besides what its route takes. */
export interface CallSettings {
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The ETag of the thing as it was read: if it was changed since, the change is refused with 412. */
  readonly ifMatch?: string | undefined;
  /** Makes a POST safe to repeat; it is then retried like a GET. */
  readonly idempotencyKey?: string | undefined;
}

/** What a call of a route takes. */
export type CallOptions<R extends RouteContract> = CallSettings & ParamsPart<R> & QueryPart<R> & BodyPart<R>;

/** The arguments of a call: the options may be left out if a route needs none. */
export type CallArguments<R extends RouteContract> =
  NoKeys extends CallOptions<R> ? [options?: CallOptions<R>] : [options: CallOptions<R>];

type AnswerSchema<R> = R extends { readonly answer?: infer A } ? (A extends TSchema ? A : never) : never;

/**
 * What a route answers: a value, an array of values for NDJSON, the response itself for any other media type, text where
 * a parameter asks for it, or nothing.
 */
export type AnswerOf<R extends RouteContract> = R extends { readonly answerType: infer Type }
  ? Type extends typeof NDJSON
    ? Static<AnswerSchema<R>>[]
    : Response
  : [AnswerSchema<R>] extends [never]
    ? undefined
    : R extends { readonly textTypes: readonly string[] }
      ? Static<AnswerSchema<R>> | string
      : Static<AnswerSchema<R>>;

/** The items of a list's pages; never if the route is not a list. */
export type ItemOf<R extends RouteContract> =
  AnswerOf<R> extends { readonly items: readonly (infer Item)[]; readonly next: string | null } ? Item : never;

/** The entries of a feed's pages. */
export type EntryOf<R extends RouteContract> = AnswerOf<R> extends readonly (infer Entry)[] ? Entry : never;

/** Routes as functions, nested as in the contract. */
export type Methods<Routes> = {
  readonly [Name in keyof Routes]: Routes[Name] extends RouteContract
    ? (...options: CallArguments<Routes[Name]>) => Promise<AnswerOf<Routes[Name]>>
    : Methods<Routes[Name]>;
};
