import Type, { type Static } from 'typebox';
import { noteField, titleField } from './clips.js';
import { Id, named, nullable, optional } from './fields.js';
import { id } from './params.js';
import { list, listOf, v1 } from './route.js';

/** The most clips and calls of a playlist. */
export const MAX_ITEMS = 500;
const MAX_SHARED = 200;

const ids = (max: number, noun: string) =>
  Type.Array(Id, { maxItems: max, description: `an array of up to ${max} ${noun}` });

const content = {
  note: optional(noteField),
  sharedWithUserIds: optional(ids(MAX_SHARED, "users' ids")),
  sharedWithTeamIds: optional(ids(MAX_SHARED, "teams' ids")),
};

/** A new playlist. */
export const PlaylistInput = Type.Object(
  { title: titleField, ...content, ownerId: optional(Id) },
  named('PlaylistInput'),
);
export type PlaylistInput = Static<typeof PlaylistInput>;

/** Changes of a playlist. */
export const PlaylistPatch = Type.Object(
  {
    title: optional(titleField),
    ...content,
    itemIds: optional(ids(MAX_ITEMS, 'ids of its items, in their new order; those left out go')),
  },
  named('PlaylistPatch'),
);
export type PlaylistPatch = Static<typeof PlaylistPatch>;

/** Clips and calls for the end of a playlist. */
export const PlaylistAddition = Type.Object(
  { clipIds: optional(ids(MAX_ITEMS, "clips' ids")), callIds: optional(ids(MAX_ITEMS, "calls' ids")) },
  named('PlaylistAddition'),
);
export type PlaylistAddition = Static<typeof PlaylistAddition>;

const text = Type.String();
const instant = (description: string) => Type.String({ format: 'date-time', description });

/** A playlist. */
export const Playlist = Type.Object(
  {
    id: text,
    title: text,
    note: nullable(text, 'plain text'),
    ownerId: text,
    createdAt: instant('when it was made'),
    sharedWithUserIds: Type.Array(text),
    sharedWithTeamIds: Type.Array(text, { description: 'whoever is in these teams at the time sees the playlist' }),
    itemCount: Type.Integer({ minimum: 0, description: 'how many clips and calls it has' }),
    revision: Type.Integer({ minimum: 1, description: 'counts its changes' }),
  },
  { title: 'Playlist' },
);
export type Playlist = Static<typeof Playlist>;

/** A clip or call in a playlist. */
const PlaylistItem = Type.Object(
  {
    id: text,
    clipId: nullable(text, 'null for a whole call'),
    callId: text,
    title: nullable(text, 'of the clip; null for a whole call'),
    note: nullable(text, 'of the clip'),
    startSeconds: Type.Number({ description: 'of the call' }),
    endSeconds: nullable(Type.Number(), 'of the call; null if its length is not known'),
    callTime: instant('when the call began'),
    callerName: nullable(text, 'null if it is not known'),
    wholeCall: Type.Boolean({ description: 'whether the reader also sees the rest of the call' }),
  },
  { title: 'PlaylistItem' },
);
export type PlaylistItem = Static<typeof PlaylistItem>;

/** What a playlist has for its reader. */
const PlaylistItems = Type.Object(
  {
    items: Type.Array(PlaylistItem, { maxItems: MAX_ITEMS }),
    hidden: Type.Integer({ minimum: 0, description: 'how many items the reader may not see' }),
  },
  { title: 'PlaylistItems' },
);
export type PlaylistItems = Static<typeof PlaylistItems>;

/** The routes of playlists. */
export const playlistRoutes = {
  playlists: {
    list: v1('GET', '/playlists', 'read', 'rep', 'Playlists that the caller may see, the newest first', {
      query: {
        ...list,
        ownerId: id,
        q: { kind: 'text', description: 'Only playlists with this text in the title or the note, in any case.' },
      },
      answer: listOf(Playlist),
    }),
    create: v1('POST', '/playlists', 'write', 'rep', 'Make a playlist', {
      body: PlaylistInput,
      status: 201,
      answer: Playlist,
      etag: true,
      idempotent: true,
    }),
    read: v1('GET', '/playlists/:id', 'read', 'rep', 'One playlist', { answer: Playlist, etag: true }),
    update: v1('PATCH', '/playlists/:id', 'write', 'rep', 'Change a playlist, or the order of its items', {
      body: PlaylistPatch,
      answer: Playlist,
      etag: true,
    }),
    remove: v1('DELETE', '/playlists/:id', 'write', 'rep', 'Delete a playlist; its clips and calls stay', {
      status: 204,
    }),
  },
  playlistItems: v1('GET', '/playlists/:id/items', 'read', 'rep', 'The clips and calls of a playlist, in their order', {
    answer: PlaylistItems,
  }),
  addPlaylistItems: v1('POST', '/playlists/:id/items', 'write', 'rep', 'Add clips and calls to the end of a playlist', {
    body: PlaylistAddition,
    status: 201,
    answer: Playlist,
    etag: true,
    idempotent: true,
  }),
} as const;
