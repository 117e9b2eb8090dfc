import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '#debrief/contract/access.js';
import { commandActor } from '#debrief/services/actor.js';
import { createTopic } from '#debrief/services/analysis/topics.js';
import { selfActor, startSession } from '#debrief/services/people/sessions.js';
import type { Bench, Figures, RoundFigure, Variant } from './support/bench.js';
import {
  type CallPage,
  measureFinding,
  measureHearing,
  measureOpening,
  measureScrolling,
  measureWords,
} from './support/call-page.js';
import { type LogIn, launchChromium, openContext } from './support/chromium.js';
import { LIBRARY, storeLibrary, storePeople } from './support/library.js';
import { filtersOf, openListPage, timeOfEmptyPage, timeOfList } from './support/list-page.js';
import { LONG_CALL_ID, storeLongCall, WORD_SECONDS } from './support/long-call.js';
import { startBaseline, startDebrief } from './support/processes.js';
import type { Site } from './support/site.js';
import { openDatabase } from './support/stored-calls.js';

/** Changes with what is stored: what an earlier version stored is not used. */
const SHAPE = 2;
const LONG_WORDS = 30_000;
const LIGHT_CALLS = 50_000;
/** For how long a call is heard, three times as fast as it was said. */
const HEARD_SECONDS = 12;

const OPENED = 'the call is opened';
const HEARD = 'it is heard';
const SCROLLED = 'it is scrolled';
const FOUND = 'a word far below is found';
const OURS = 'words, Debrief';
const SPANS = 'words, an element each';
const LIST = 'calls';
const EMPTY = 'calls, an empty page and more';
/** The readers of lists, and what their times are called. */
const READERS = [
  { role: 'admin', userId: LIBRARY.adminId, measure: 'ms' },
  { role: 'rep', userId: LIBRARY.fewId, measure: 'rep ms' },
  { role: 'rep', userId: LIBRARY.noneId, measure: 'new ms' },
] as const;
const FILTERS = [...filtersOf([1, 2]).keys()].map((name) => `${LIST}, ${name}`);

const most = (of: RoundFigure, variants: readonly string[], measures: readonly string[]) =>
  Math.max(...variants.flatMap((variant) => measures.map((measure) => of(variant, measure))));

/** The web app in Chromium: a call of three hours, and lists of 55,000 calls. */
export const web: Bench = {
  rounds: 5,
  bars: [
    { name: `${OPENED}: ms`, figure: (of) => of(OPENED, 'ms'), atMost: 1500 },
    {
      name: 'heard and scrolled: task ms, the most',
      figure: (of) => most(of, [HEARD, SCROLLED], ['task ms']),
      atMost: 50,
    },
    {
      name: 'heard and scrolled: frame ms, the most',
      figure: (of) => most(of, [HEARD, SCROLLED], ['frame ms']),
      atMost: 50,
    },
    { name: `${SPANS} by Debrief: CPU ms`, figure: (of) => of(SPANS, 'CPU ms') / of(OURS, 'CPU ms'), atLeast: 4 },
    {
      name: `${SPANS} by Debrief: script ms`,
      figure: (of) => of(SPANS, 'script ms') / of(OURS, 'script ms'),
      atLeast: 50,
    },
    { name: `${LIST}: ms`, figure: (of) => of(LIST, 'ms'), atMost: 500 },
    {
      name: `${LIST} with any filter or order, of any reader: ms, the most`,
      figure: (of) =>
        most(
          of,
          FILTERS,
          READERS.map(({ measure }) => measure),
        ),
      atMost: 1000,
    },
  ],
  async prepare(openSite, say, share) {
    const [words, light] = [Math.ceil(LONG_WORDS * share), Math.ceil(LIGHT_CALLS * share)];
    const site = await openSite({
      name: `web-${SHAPE}-${words}-${light}`,
      async fill(site) {
        await storePeople(site);
        const { db } = openDatabase(site);
        for (const topic of LIBRARY.topics) await createTopic({ db }, commandActor(site), topic);
        say(`storing a call of ${words} words`);
        await storeLongCall(site, words, LIBRARY.fewId);
        say(`storing ${light} calls without words, and a tenth as many with them`);
        await storeLibrary(site, light);
      },
    });
    const debrief = await startDebrief(site.databaseUrl, { env: { DATA_DIR: site.dataDir, STORAGE: 'disk' } });
    const logIn = logInTo(site, debrief.url);
    const admin = await logIn(LIBRARY.adminId, 'admin');
    const folder = await mkdtemp(join(tmpdir(), 'debrief-bench-'));
    const spans = await startSpans(folder, admin);
    const browser = await launchChromium();

    const at = Math.floor((words * WORD_SECONDS) / 3);
    const wordsPath = `/api/v1/calls/${LONG_CALL_ID}`;
    const call: CallPage = { browser, logIn: admin, path: `/calls/${LONG_CALL_ID}`, wordsPath };
    const later = { ...call, path: `${call.path}?t=${at}` };
    const other = { browser, logIn: { url: spans.url, sessionToken: null }, path: '/', wordsPath: '/call' };
    const lists: { readonly measure: string; readonly page: Awaited<ReturnType<typeof openListPage>> }[] = [];
    for (const { userId, role, measure } of READERS) {
      lists.push({ measure, page: await openListPage(await openContext(browser, await logIn(userId, role))) });
    }
    const list = (name: string, query: string): Variant => ({
      name,
      async run() {
        const figures: Record<string, number> = {};
        for (const { measure, page } of lists) figures[measure] = await timeOfList(page, query);
        return figures;
      },
    });
    const { rows } = await site.pool.query('select topic_id from topics where account_id = $1 and name = any($2)', [
      site.accountId,
      LIBRARY.topics.map(({ name }) => name),
    ]);
    const filters = filtersOf(rows.map(({ topic_id }) => topic_id).sort((a, b) => a - b));
    const variant = (name: string, run: () => Promise<Figures>): Variant => ({ name, run });
    return {
      variants: [
        variant(OPENED, () => measureOpening(call)),
        variant(HEARD, () => measureHearing(later, HEARD_SECONDS)),
        variant(SCROLLED, () => measureScrolling(call)),
        variant(FOUND, () => measureFinding(call)),
        variant(OURS, () => measureWords(call, HEARD_SECONDS)),
        { ...variant(SPANS, () => measureWords(other, HEARD_SECONDS)), baseline: true },
        list(LIST, ''),
        variant(EMPTY, async () => ({ ms: await timeOfEmptyPage(lists[0]!.page, `?q=${LIBRARY.commonWord}`) })),
        ...[...filters].map(([name, query]) => list(`${LIST}, ${name}`, query)),
      ],
      async close() {
        await browser.close();
        await Promise.all([debrief.stop(), spans.stop()]);
        await rm(folder, { recursive: true });
      },
    };
  },
};

/** Logs people in without their passwords. */
function logInTo(site: Site, url: string): (userId: string, role: Role) => Promise<LogIn> {
  const { db } = openDatabase(site);
  return async (userId, role) => {
    const context = { now: Date.now() * 1000, userAgent: null, formerToken: null };
    const { token } = await db
      .transaction()
      .execute((tx) => startSession(tx, selfActor(site, userId, role), 'link', context));
    return { url, sessionToken: token };
  };
}

/** Starts the page of elements with the call and the sound that our own page has. */
async function startSpans(folder: string, { url, sessionToken }: LogIn) {
  const [call, sound] = [join(folder, 'call.json'), join(folder, 'sound.m4a')];
  for (const [path, file] of [
    [`/api/v1/calls/${LONG_CALL_ID}`, call],
    [`/api/v1/calls/${LONG_CALL_ID}/audio`, sound],
  ] as const) {
    const answer = await fetch(new URL(path, url), { headers: { cookie: `debrief_session=${sessionToken}` } });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}.`);
    await writeFile(file, Buffer.from(await answer.arrayBuffer()));
  }
  return startBaseline('spans-server', { env: { CALL: call, SOUND: sound } });
}
