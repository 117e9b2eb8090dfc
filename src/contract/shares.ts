import Type, { type Static } from 'typebox';
import { closed, Email, Id, Instant, line, nullable, optional } from './fields.js';
import { id } from './params.js';
import { feed, get, list, v1 } from './route.js';

/** A share, as API v2 has it. */
export const Share = Type.Object({
  sharedAt: Type.String({ format: 'date-time', description: 'when it was shared' }),
  callId: Type.String(),
  sharedBy: Type.String(),
  recipientUserIds: Type.Array(Type.String()),
  recipientEmails: Type.Array(Type.String()),
  id: Type.String(),
  modified: Type.String({ format: 'date-time', description: 'stamp in the feed of shares' }),
});
export type Share = Static<typeof Share>;

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
    message: optional(nullable(line(2_000), 'text of 1 to 2000 characters, or null')),
    /** When the links end. */
    expiresAt: optional(Instant),
    id: optional(Id),
    sharedBy: optional(Id),
    sharedAt: optional(Instant),
  },
  closed,
);
export type ShareInput = Static<typeof ShareInput>;

export const ShareLinkInput = Type.Object({ email: Email, expiresAt: optional(Instant) }, closed);
export type ShareLinkInput = Static<typeof ShareLinkInput>;

export const v2ShareRoutes = { shares: get('/shares', 'Shares made at or after since', feed) };

export const v1ShareRoutes = {
  listShares: v1('GET', '/shares', 'read', 'rep', 'Shares of calls that one sees, the oldest first', {
    query: { ...list, callId: id, sharedBy: id },
  }),
  createShare: v1(
    'POST',
    '/shares',
    'write',
    'rep',
    'Share a call; the links for outsiders are in the answer, this once',
    {
      body: ShareInput,
    },
  ),
  readShare: v1('GET', '/shares/:id', 'read', 'rep', 'One share'),
  revokeShare: v1(
    'DELETE',
    '/shares/:id',
    'write',
    'rep',
    'Revoke a share: its recipients no longer see the call by it',
  ),
  createShareLink: v1(
    'POST',
    '/shares/:id/links',
    'write',
    'rep',
    "Make a new link for a share's outsider, ending the old",
    {
      body: ShareLinkInput,
    },
  ),
  shareAccesses: v1('GET', '/shares/:id/accesses', 'read', 'rep', "Openings of a share's links, the newest first", {
    query: list,
  }),
};
