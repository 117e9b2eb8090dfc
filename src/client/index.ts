// A typed client of both APIs, over fetch, for browsers and Node. docs/client.md says how to use it.
export { v1Routes, v2Routes } from '../contract/routes.js';
export { ApiError } from './api-error.js';
export { type Client, type ClientSettings, createClient } from './client.js';
export type { Cursor, Feed, FeedOptions, FeedPage } from './feed.js';
export type { Answered } from './request.js';
export type { RetrySettings, Wait } from './retry.js';
export type { AnswerOf, CallOptions, EntryOf, ItemOf } from './route-types.js';
