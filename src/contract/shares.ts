import Type, { type Static } from 'typebox';
import { Email, Id, Instant, named, optional, writtenOrNull } from './fields.js';
import { id } from './params.js';
import { feed, get, list, listOf, v1 } from './route.js';
import type { Transcript } from './v2.js';

/** A share in API v2 (api-v2 §4). */
export const ShareEntry = Type.Object(
  {
    sharedAt: Type.String({ format: 'date-time', description: 'when it was shared' }),
    callId: Type.String(),
    sharedBy: Type.String(),
    recipientUserIds: Type.Array(Type.String()),
    recipientEmails: Type.Array(Type.String()),
    id: Type.String(),
    modified: Type.String({ format: 'date-time', description: 'stamp in the feed of shares' }),
  },
  { title: 'Share' },
);
export type ShareEntry = Static<typeof ShareEntry>;

const MAX_RECIPIENTS = 100;
/** The longest life of a link, in days. */
export const MAX_LINK_DAYS = 365;
/** The life of a link unless given, in days. */
export const DEFAULT_LINK_DAYS = 14;

/** A new share. */
export const ShareInput = Type.Object(
  {
    callId: Id,
    recipientUserIds: optional(
      Type.Array(Id, { maxItems: MAX_RECIPIENTS, description: `an array of up to ${MAX_RECIPIENTS} users' ids` }),
    ),
    recipientEmails: optional(
      Type.Array(Email, {
        maxItems: MAX_RECIPIENTS,
        description: `an array of up to ${MAX_RECIPIENTS} e-mail addresses`,
      }),
    ),
    message: optional(writtenOrNull(2_000)),
    audio: optional(Type.Boolean({ description: 'true or false: whether the links also let people hear the call' })),
    /** When the links expire. */
    expiresAt: optional(Instant),
    id: optional(Id),
    sharedBy: optional(Id),
    sharedAt: optional(Instant),
  },
  named('ShareInput'),
);
export type ShareInput = Static<typeof ShareInput>;

/** Makes a new link for an outsider of a share. */
export const ShareLinkInput = Type.Object({ email: Email, expiresAt: optional(Instant) }, named('ShareLinkInput'));
export type ShareLinkInput = Static<typeof ShareLinkInput>;

const instant = (description: string) => Type.String({ format: 'date-time', description });
const link = { email: Type.String(), expiresAt: instant('when the link expires') };
const url = Type.Optional(Type.String({ description: 'the URL of the link; shown only once' }));

export const ShareLink = Type.Object({ ...link, url }, { title: 'ShareLink' });
/** A link of a share, in /api/v1. */
export type ShareLink = Static<typeof ShareLink>;

/** A share in /api/v1. The answer that makes it has the links' URLs. */
const Share = Type.Object(
  {
    id: Type.String(),
    callId: Type.String(),
    sharedBy: Type.String(),
    sharedAt: instant('when it was shared'),
    recipientUserIds: Type.Array(Type.String()),
    recipientEmails: Type.Array(Type.String()),
    message: Type.Union([Type.String(), Type.Null()]),
    audio: Type.Boolean({ description: 'whether its links also let people hear the call' }),
    links: Type.Array(ShareLink),
    revokedAt: Type.Union([instant('when it was revoked'), Type.Null()]),
  },
  { title: 'Share' },
);
export type Share = Static<typeof Share>;
export const ShareAccess = Type.Object(
  {
    id: Type.Integer(),
    at: instant('when the link was first opened within an hour, from this address with this browser'),
    lastAt: instant('when it was last opened within that hour'),
    openings: Type.Integer({ minimum: 1, description: 'how often it was opened from the first to the last time' }),
    email: Type.String(),
    ip: Type.String(),
    userAgent: Type.Union([Type.String(), Type.Null()]),
  },
  { title: 'ShareAccess' },
);
/** An opening of a share's link. */
export type ShareAccess = Static<typeof ShareAccess>;

/** What a link for outsiders shows of a call, at `/shared/{token}`. */
export interface SharedCall {
  readonly id: string;
  readonly callTime: string;
  /** Seconds. */
  readonly duration: number | null;
  readonly direction: string;
  readonly callerName: string | null;
  readonly callSummary: unknown;
  /** Without the speakers' e-mail addresses. */
  readonly transcript: Transcript;
  /** Of the person who shared the call. */
  readonly message: string | null;
  /** Whether the link also lets people hear the call. */
  readonly audio: boolean;
}

/** The share routes of API v2. */
export const v2ShareRoutes = { shares: get('/shares', 'Shares made at or after since', feed, Type.Array(ShareEntry)) };

/** The share routes of /api/v1. */
export const v1ShareRoutes = {
  listShares: v1('GET', '/shares', 'read', 'rep', 'Shares of calls that the caller may see, the oldest first', {
    query: { ...list, callId: id, sharedBy: id },
    answer: listOf(Share),
  }),
  createShare: v1('POST', '/shares', 'write', 'rep', 'Share a call; only this answer has the links for outsiders', {
    body: ShareInput,
    status: 201,
    answer: Share,
    etag: true,
    idempotent: true,
  }),
  readShare: v1('GET', '/shares/:id', 'read', 'rep', 'One share', { answer: Share, etag: true }),
  revokeShare: v1(
    'DELETE',
    '/shares/:id',
    'write',
    'rep',
    'Revoke a share: it no longer lets its recipients see the call',
    { status: 204 },
  ),
  createShareLink: v1(
    'POST',
    '/shares/:id/links',
    'write',
    'rep',
    "Make a new link for a share's outsider, ending the old",
    {
      body: ShareLinkInput,
      status: 201,
      answer: ShareLink,
      idempotent: true,
    },
  ),
  shareAccesses: v1('GET', '/shares/:id/accesses', 'read', 'rep', "Openings of a share's links, the newest first", {
    query: list,
    answer: listOf(ShareAccess),
  }),
};
