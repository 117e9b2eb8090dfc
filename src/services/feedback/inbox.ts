import { compileCheck } from '../../contract/check.js';
import { INBOX_DAYS, INBOX_KINDS, type InboxCounts, type InboxItem, InboxPatch } from '../../contract/inbox.js';
import { atomic } from '../../db/atomic.js';
import { logChange } from '../../db/change-log.js';
import type { Db, Tx } from '../../db/database.js';
import {
  countUnread,
  type InboxFilter,
  type InboxOwner,
  type InboxRow,
  selectInbox,
  selectMarked,
  writeReads,
  writeReadUntil,
} from '../../db/inbox.js';
import { readIdsOf } from '../../db/named-users.js';
import { findOwnTimeZone } from '../../db/users.js';
import { formatInstant, type Micros } from '../../wire/instants.js';
import { fromWallTime, wallTime } from '../../wire/zoned.js';
import { type Actor, userOf } from '../actor.js';
import type { Deps } from '../deps.js';

const checkPatch = compileCheck(InboxPatch);
const DAY: Micros = 86_400_000_000;
const MAX_TEXT = 300;

/** A page of the actor's inbox, the newest first. The actor is a person. */
export async function listInbox(
  { db, clock }: Deps,
  actor: Actor,
  filter: InboxFilter,
  page: { readonly after: readonly [Micros, string] | null; readonly limit: number },
): Promise<{ readonly item: InboxItem; readonly at: Micros }[]> {
  const rows = await selectInbox(db, await ownerOf(db, actor, clock.now()), filter, page);
  return rows.map((row) => ({ item: show(row), at: row.at }));
}

/** How many items of the actor's inbox are unread. */
export async function countInbox({ db, clock }: Deps, actor: Actor): Promise<InboxCounts> {
  return counts(db, await ownerOf(db, actor, clock.now()));
}

/** Marks items, or all, as read or unread. Ids of items that are not in the inbox are passed over. */
export async function markInbox({ db, clock }: Deps, actor: Actor, body: unknown): Promise<InboxCounts> {
  const { read, ids } = checkPatch(body);
  const now = clock.now();
  const userId = userOf(actor)!.id;
  return atomic(db, async (tx) => {
    const owner = await ownerOf(tx, actor, now);
    if (ids === undefined) await writeReadUntil(tx, owner, read ? now : now - INBOX_DAYS * DAY);
    // Of all, the meetings of today that are planned for later are marked one by one.
    const marked = ids !== undefined || read ? await selectMarked(tx, owner, ids ?? 'to come') : [];
    if (marked.length > 0) await writeReads(tx, owner, marked, read);
    await logChange(tx, actor, { kind: 'inbox', thingId: 'inbox', callId: null, userIds: [userId] }, true);
    return counts(tx, owner);
  });
}

async function ownerOf(db: Db | Tx, actor: Actor, now: Micros): Promise<InboxOwner> {
  const { id, role } = userOf(actor)!;
  const { accountId, sight } = actor;
  const timeZone = (await findOwnTimeZone(db, actor, id)) ?? actor.timeZone;
  const ids = await readIdsOf(db, actor, [id]);
  const midnight = Math.floor(wallTime(now, timeZone) / DAY) * DAY;
  const today = [fromWallTime(midnight, timeZone), fromWallTime(midnight + DAY, timeZone)] as const;
  const userIds = [id, ...ids.filter((each) => each !== id)] as const;
  return { accountId, sight, userIds, isManager: role !== 'rep', now, today };
}

async function counts(db: Db | Tx, owner: InboxOwner): Promise<InboxCounts> {
  const found = await countUnread(db, owner);
  const byKind = Object.fromEntries(INBOX_KINDS.map((kind) => [kind, found.get(kind) ?? 0]));
  return { unread: [...found.values()].reduce((a, b) => a + b, 0), byKind: byKind as InboxCounts['byKind'] };
}

function show({ byId, firstName, lastName, at, kind, text, ...row }: InboxRow): InboxItem {
  const by = byId === null ? null : { id: byId, name: `${firstName ?? ''} ${lastName ?? ''}`.trim() };
  const plain = kind === 'mention' && text !== null ? plainText(text) : text;
  return { ...row, kind, by, at: formatInstant(at), text: plain === null ? null : plain.slice(0, MAX_TEXT) };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

/** What is read of the HTML of a comment. It was cleaned when it was stored. */
function plainText(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(#39|[a-z]+);/g, (entity, name: string) => ENTITIES[name] ?? entity)
    .replaceAll(/\s+/g, ' ')
    .trim();
}
