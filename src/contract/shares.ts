import Type, { type Static } from 'typebox';
import { Email, Id, Instant, named, optional, writtenOrNull } from './fields.js';
import { id } from './params.js';
import { feed, get, list, listOf, v1 } from './route.js';

/** A share, as API v2 has it. */
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
export const MAX_LINK_DAYS = 365;
export const DEFAULT_LINK_DAYS = 14;

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
    /** When the links end. */
    expiresAt: optional(Instant),
    id: optional(Id),
    sharedBy: optional(Id),
    sharedAt: optional(Instant),
  },
  named('ShareInput'),
);
export type ShareInput = Static<typeof ShareInput>;

export const ShareLinkInput = Type.Object({ email: Email, expiresAt: optional(Instant) }, named('ShareLinkInput'));
export type ShareLinkInput = Static<typeof ShareLinkInput>;

const instant = (description: string) => Type.String({ format: 'date-time', description });
const link = { email: Type.String(), expiresAt: instant('when the link ends') };
const url = Type.Optional(Type.String({ description: 'where the link leads; shown this once' }));

const ShareLink = Type.Object({ ...link, url }, { title: 'ShareLink' });
export type ShareLink = Static<typeof ShareLink>;

/** A share, as /api/v1 shows it; where it is made, its links lead somewhere. */
const Share = Type.Object(
  {
    id: Type.String(),
    callId: Type.String(),
    sharedBy: Type.String(),
    sharedAt: instant('when it was shared'),
    recipientUserIds: Type.Array(Type.String()),
    recipientEmails: Type.Array(Type.String()),
    message: Type.Union([Type.String(), Type.Null()]),
    links: Type.Array(ShareLink),
    revokedAt: Type.Union([instant('when it was revoked'), Type.Null()]),
  },
  { title: 'Share' },
);
export type Share = Static<typeof Share>;
const ShareAccess = Type.Object(
  {
    id: Type.Integer(),
    at: instant('when the link was opened first in an hour, from this address by this browser'),
    lastAt: instant('when it was opened last in that hour'),
    openings: Type.Integer({ minimum: 1, description: 'how often it was opened from the first to the last time' }),
    email: Type.String(),
    ip: Type.String(),
    userAgent: Type.Union([Type.String(), Type.Null()]),
  },
  { title: 'ShareAccess' },
);
export type ShareAccess = Static<typeof ShareAccess>;

export const v2ShareRoutes = { shares: get('/shares', 'Shares made at or after since', feed, Type.Array(ShareEntry)) };

export const v1ShareRoutes = {
  listShares: v1('GET', '/shares', 'read', 'rep', 'Shares of calls that one sees, the oldest first', {
    query: { ...list, callId: id, sharedBy: id },
    answer: listOf(Share),
  }),
  createShare: v1(
    'POST',
    '/shares',
    'write',
    'rep',
    'Share a call; the links for outsiders are in the answer, this once',
    {
      body: ShareInput,
      status: 201,
      answer: Share,
      etag: true,
      idempotent: true,
    },
  ),
  readShare: v1('GET', '/shares/:id', 'read', 'rep', 'One share', { answer: Share, etag: true }),
  revokeShare: v1(
    'DELETE',
    '/shares/:id',
    'write',
    'rep',
    'Revoke a share: its recipients no longer see the call by it',
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
