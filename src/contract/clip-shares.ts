import Type, { type Static } from 'typebox';
import type { ClipContent } from './clips.js';
import { Email, Id, Instant, named, optional, writtenOrNull } from './fields.js';
import { id } from './params.js';
import { list, listOf, v1 } from './route.js';
import { ShareAccess, ShareLink, ShareLinkInput } from './shares.js';

const MAX_RECIPIENTS = 100;
const recipients = (what: typeof Id, noun: string) =>
  optional(Type.Array(what, { maxItems: MAX_RECIPIENTS, description: `an array of up to ${MAX_RECIPIENTS} ${noun}` }));

/** A new share of a clip. */
export const ClipShareInput = Type.Object(
  {
    clipId: Id,
    recipientUserIds: recipients(Id, "users' ids"),
    recipientTeamIds: recipients(Id, "teams' ids"),
    recipientEmails: recipients(Email, 'e-mail addresses'),
    message: optional(writtenOrNull(2_000)),
    audio: optional(Type.Boolean({ description: 'true or false: whether the links also let people hear the clip' })),
    /** When the links expire. */
    expiresAt: optional(Instant),
    sharedBy: optional(Id),
  },
  named('ClipShareInput'),
);
export type ClipShareInput = Static<typeof ClipShareInput>;

const instant = (description: string) => Type.String({ format: 'date-time', description });
const texts = Type.Array(Type.String());

/** A share of a clip. The answer that makes it has the links' URLs. */
const ClipShare = Type.Object(
  {
    id: Type.String(),
    clipId: Type.String(),
    callId: Type.String(),
    sharedBy: Type.String(),
    sharedAt: instant('when it was shared'),
    recipientUserIds: texts,
    recipientTeamIds: Type.Array(Type.String(), { description: 'whoever is in these teams at the time sees the clip' }),
    recipientEmails: texts,
    message: Type.Union([Type.String(), Type.Null()]),
    audio: Type.Boolean({ description: 'whether its links also let people hear the clip' }),
    links: Type.Array(ShareLink),
    revokedAt: Type.Union([instant('when it was revoked'), Type.Null()]),
  },
  { title: 'ClipShare' },
);
export type ClipShare = Static<typeof ClipShare>;

/** What a link for outsiders shows of a clip, at `/shared/clips/{token}`. */
export interface SharedClip extends Omit<ClipContent, 'sound'> {
  readonly title: string;
  readonly note: string | null;
  /** Of the call. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly callTime: string;
  readonly callerName: string | null;
  /** Of the person who shared the clip. */
  readonly message: string | null;
  /** What can be heard; `none` also where the link lets nobody hear the clip. */
  readonly sound: ClipContent['sound'];
}

/** The routes of shares of clips. */
export const clipShareRoutes = {
  listClipShares: v1('GET', '/clip-shares', 'read', 'rep', 'Shares of clips of calls that the caller may see', {
    query: { ...list, clipId: id },
    answer: listOf(ClipShare),
  }),
  createClipShare: v1(
    'POST',
    '/clip-shares',
    'write',
    'rep',
    'Share a clip; only this answer has the links for outsiders',
    { body: ClipShareInput, status: 201, answer: ClipShare, etag: true, idempotent: true },
  ),
  readClipShare: v1('GET', '/clip-shares/:id', 'read', 'rep', 'One share of a clip', { answer: ClipShare, etag: true }),
  revokeClipShare: v1(
    'DELETE',
    '/clip-shares/:id',
    'write',
    'rep',
    'Revoke a share of a clip: it no longer lets its recipients see the clip',
    { status: 204 },
  ),
  createClipShareLink: v1(
    'POST',
    '/clip-shares/:id/links',
    'write',
    'rep',
    'Make a new link for an outsider of a share of a clip, ending the old',
    { body: ShareLinkInput, status: 201, answer: ShareLink, idempotent: true },
  ),
  clipShareAccesses: v1(
    'GET',
    '/clip-shares/:id/accesses',
    'read',
    'rep',
    'Openings of the links of a share of a clip, the newest first',
    { query: list, answer: listOf(ShareAccess) },
  ),
} as const;
