import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#debrief/clock.js';
import type { Role } from '#debrief/contract/access.js';
import type { SilentCall } from '#debrief/db/demo-company.js';
import { makeCompany } from '#debrief/demo/seed/company.js';
import { giveSound as speak } from '#debrief/demo/seed/sound.js';
import { atRest } from '../support/analysed.js';
import { browserOf } from '../support/browser.js';
import { giveSound } from '../support/played.js';
import { makeAccount, type TestAccount, type TestClient, type TestService } from '../support/service.js';
import type { OpenWindow, Window } from './browser-suite.js';

/** Some of them have no words, and two of those have failed. The oldest are deleted */
const CALLS = 40;

interface DemoPerson {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
}

/** The demo company in an account of its own, with fewer calls than `debrief demo` gives it. */
export interface Demo {
  readonly service: TestService;
  readonly account: TestAccount;
  /** Of a credential that may do everything. */
  readonly client: TestClient;
  readonly people: {
    readonly admin: DemoPerson;
    /** Leads the rep's team, and has scored calls of the rep's. */
    readonly manager: DemoPerson;
    readonly rep: DemoPerson;
  };
  readonly calls: {
    /** Of the rep's, scored by the manager, with sound and comments. */
    readonly heard: string;
    /** One that the rep does not see. */
    readonly others: string;
    /** Without a transcript. */
    readonly wordless: string;
    /** Could not be processed. */
    readonly failed: string;
  };
  /** The path of a page for an outsider who was sent a link to the call that is heard. */
  readonly sharedPath: string;
  /** The manager's clip of that call, which is in the playlist and was shared with an outsider by a link. */
  readonly clip: string;
  readonly sharedClipPath: string;
  /** Of the manager's, shared with the rep, who does not see all that is in it. */
  readonly playlist: string;
}

/** Makes the company in some seconds. The call that is heard gets a tone; or is spoken, which takes some seconds more. */
export async function makeDemo(service: TestService, { isSpoken = false } = {}): Promise<Demo> {
  const account = await makeAccount(service);
  const { accountId } = account;
  await service.db.transaction().execute((tx) => makeCompany(tx, accountId, Date.now(), CALLS, () => {}));
  await atRest(service, accountId, 240);
  const firstRow = async (query: string, ...values: unknown[]) =>
    (await service.pool.query(query, [accountId, ...values])).rows[0];
  const scored: SilentCall & { rep: string; manager: string; team: string } = await firstRow(
    `select c.call_id as "callId", c.duration as "durationSeconds", c.transcript_fragment_id as "transcriptFragmentId",
       u.user_id as rep, r.reviewer_id as manager, u.team_id as team
     from results r join calls c using (account_id, call_id)
       join users u on u.account_id = c.account_id and u.user_id = c.caller_id
       join teams t on t.account_id = u.account_id and t.team_id = u.team_id
     where r.account_id = $1 and r.state = 'SUBMITTED' and t.manager_id = r.reviewer_id and c.transcript_fragment_id is not null
     order by c.duration limit 1`,
  );
  const person = async (id: string): Promise<DemoPerson> =>
    firstRow('select user_id as id, email, role from users where account_id = $1 and user_id = $2', id);
  const { id: adminId } = await firstRow(
    `select user_id as id from users where account_id = $1 and role = 'admin' and active order by user_id limit 1`,
  );
  const idOf = async (condition: string, ...values: unknown[]): Promise<string> =>
    (await firstRow(`select call_id as id from calls where account_id = $1 and ${condition} limit 1`, ...values)).id;
  if (isSpoken) {
    const deps = { db: service.db, clock: systemClock, store: service.store, hasEngine: false };
    await speak(deps, account, [scored], new AbortController().signal);
    await atRest(service, accountId, 240);
  } else {
    await giveSound(service, account, scored.callId, tone(scored.durationSeconds), scored.durationSeconds);
  }
  const client = await account.client();
  const make = async (path: string, body: object) => {
    const answer = await client.send('POST', `/api/v1/${path}`, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
    return answer.json();
  };
  const others = await idOf(
    `state = 'COMPLETE' and caller_id in (select user_id from users u where u.account_id = $1 and team_id <> $2)`,
    scored.team,
  );
  const { callId, manager, rep } = scored;
  const share = await make('shares', {
    callId,
    sharedBy: manager,
    recipientUserIds: [rep],
    recipientEmails: ['guest@example.org'],
    message: 'Listen to how the price is brought up',
  });
  const { id: commented } = await make('feedback', {
    callId,
    feedbackBy: manager,
    text: 'Good: you waited for the answer.',
    startTime: 60,
    mentions: [rep],
  });
  await make('feedback', { callId, feedbackBy: rep, text: 'Thank you! It was hard.', replyTo: commented });
  // The administrator has begun to score it.
  const { scorecardId } = await firstRow(
    'select scorecard_id as "scorecardId" from scorecards where account_id = $1 and active order by name, version desc limit 1',
  );
  await make('results', { callId, scorecardId, reviewerId: adminId, state: 'DRAFT', answers: [] });
  const { id: clip } = await make('clips', {
    callId,
    createdBy: manager,
    startSeconds: 50,
    endSeconds: 80,
    title: 'A good answer',
    note: 'Hear this part, and how long the pause is.',
  });
  const clipShare = await make('clip-shares', {
    clipId: clip,
    sharedBy: manager,
    recipientEmails: ['guest@example.org'],
    audio: true,
  });
  const { id: playlist } = await make('playlists', {
    title: 'How to open a call',
    note: 'For the first week.',
    ownerId: manager,
    sharedWithUserIds: [rep],
  });
  await make(`playlists/${playlist}/items`, { clipIds: [clip], callIds: [callId, others] });
  const wordless = await client.upsertCall({
    callTime: new Date().toISOString(),
    direction: 'OUTBOUND',
    callerId: scored.rep,
  });
  return {
    service,
    account,
    client,
    people: {
      admin: await person(adminId),
      manager: await person(scored.manager),
      rep: await person(scored.rep),
    },
    calls: {
      heard: scored.callId,
      others,
      wordless,
      failed: await idOf(`state = 'ERROR'`),
    },
    sharedPath: new URL(share.links[0].url).pathname,
    clip,
    sharedClipPath: new URL(clipShare.links[0].url).pathname,
    playlist,
  };
}

/** A window in which this person of the company has logged in; without one, nobody's. */
export async function openAs(
  { service, account, people }: Demo,
  open: OpenWindow,
  who: keyof Demo['people'] | 'nobody',
  options: Parameters<OpenWindow>[1] = {},
): Promise<Window> {
  const window = await open(service.url, options);
  if (who === 'nobody') return window;
  const { cookies } = await browserOf(service, account, people[who]);
  await window.context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: service.url })));
  return window;
}

/** So many seconds of a tone, as M4A. */
function tone(seconds: number): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'debrief-tone-'));
  try {
    const path = join(folder, 'tone.m4a');
    const source = ['-f', 'lavfi', '-i', `sine=sample_rate=8000:duration=${seconds}`];
    execFileSync('ffmpeg', ['-v', 'error', ...source, '-c:a', 'aac', path]);
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
