// Records test/upgrade/0.1.0.ndjson.gz: every row of a small demo account, as version 0.1.0 makes it.
//
//     git worktree add /tmp/debrief-0.1.0 v0.1.0 && (cd /tmp/debrief-0.1.0 && npm ci)
//     node test/upgrade/record-0.1.0.js /tmp/debrief-0.1.0 test/upgrade/0.1.0.ndjson.gz
//
// The first line names the version and its migrations. Then comes what each feed answered, as {"feed", "entries"}, and
// every row, as {"table", "row"}, its values as PostgreSQL writes them in text. Generated columns are left out.

import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Fixed, so that each recording has the same calls. */
const NOW = Date.parse('2026-11-01T15:00:00Z');
/** Few enough for a file of less than 2 MB, enough for every kind of coaching. */
const CALLS = 22;
const FEEDS = [
  'calls',
  'calls/deleted',
  'call_topics',
  'listens',
  'scores',
  'feedback',
  'shares',
  'meetings',
  'plans',
  'kpis',
];
/** Of processes, not of what was made: a new database has none of it. */
const LEFT_OUT = ['migrations', 'worker_heartbeats', 'rate_turns'];

const [, , checkout, out] = process.argv;
if (!checkout || !out) throw new Error('Usage: node test/upgrade/record-0.1.0.js CHECKOUT FILE');
const old = resolve(checkout);
const part = (path) => import(pathToFileURL(join(old, 'dist', path)).href);
const { openEmbedded } = await part('postgres/embedded.js');
const { createPool } = await part('postgres/connect.js');
const { migrate } = await part('postgres/migrate.js');
const { demoAccount } = await part('cli/demo-company.js');
const { Kysely, PostgresDialect } = await import(
  pathToFileURL(createRequire(join(old, 'package.json')).resolve('kysely')).href
);

const fail = (error) => {
  throw error;
};
const dataDir = mkdtempSync(join(tmpdir(), 'debrief-record-'));
// As root, PostgreSQL runs as another user, who must be able to pass through.
chmodSync(dataDir, 0o711);
const server = await openEmbedded({ dataDir, mode: 'serve', log: () => {}, onFatal: fail });
try {
  await record();
} finally {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function record() {
  const { user, database, host, port } = server.connection;
  const databaseUrl = `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
  const pool = createPool({ connection: { connectionString: databaseUrl }, max: 2, onError: () => {} });
  try {
    await write(pool, await fill(pool, databaseUrl));
  } finally {
    await pool.end();
  }
}

async function fill(pool, databaseUrl) {
  await migrate(pool, () => {});
  const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
  const accountId = await demoAccount(db, NOW, CALLS);
  const env = { ...process.env, DATABASE_URL: databaseUrl, PORT: '0', WORKERS: '1', LOG_LEVEL: 'error' };
  const bin = join(old, 'bin/debrief.js');
  const command = (...args) => JSON.parse(execFileSync(process.execPath, [bin, ...args], { env }).toString());
  const serving = fork(bin, ['serve'], { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  try {
    const url = await listening(serving);
    const send = await use(url, { accountId, command, pool });
    await quiet(pool);
    const pages = FEEDS.map(async (feed) => {
      const { value } = await send('GET', `/api/ev/2/${feed}?since=2020-01-01T00:00Z&limit=1000`);
      return { feed, entries: value };
    });
    return await Promise.all(pages);
  } finally {
    const ended = once(serving, 'exit');
    serving.kill('SIGTERM');
    await ended;
  }
}

function listening(serving) {
  let said = '';
  return new Promise((resolve, reject) => {
    serving.stderr.on('data', (text) => {
      said += text;
      const found = /listens on (http:\S+)/.exec(said);
      if (found) resolve(found[1]);
    });
    serving.once('exit', () => reject(new Error(said)));
  });
}

/** Does what leaves rows behind that a demo has not, and what later versions read otherwise than this one. */
async function use(url, { accountId, command, pool }) {
  const { username, password } = command('credential', 'create', '--account', accountId, '--scopes', 'admin,delete');
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const send = async (method, path, body, headers = {}) => {
    const json = body !== undefined && { 'content-type': 'application/json' };
    const answer = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: { authorization, ...json, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return { headers: answer.headers, value: text === '' ? null : JSON.parse(text) };
  };
  const post = async (path, body, headers) => (await send('POST', path, body, headers)).value;
  const patch = async (path, body) => (await send('PATCH', path, body)).value;
  const word = (start, text, v, p) => ({
    start: String(start),
    end: String(start + 0.4),
    word: text,
    v,
    ...(p && { p }),
  });
  const say = (text, v, from = 0) => text.split(' ').map((each, i) => word(from + i * 0.5, each, v));

  // Topics and transcripts that later tokens read otherwise.
  const signs = await post('/api/v1/topics', {
    name: 'Signs',
    words: ['C', 'c++', '25', '100%', 'pri*', 'price*', '价格', 'dis\u00adcount'],
  });
  const calls = {
    signs: [
      ...say('We write C++ and C# for 25,000 customers at 100% or $25 each', 0),
      ...say('what is the price', 1, 9),
    ],
    scripts: [...say('你好请问价格是多少 谢谢', 0), ...say('ราคาเท่าไหร่', 1, 3)],
    hidden: [...say('a dis\u00adcount and a re\u200bnewal - - of prices', 0), ...say('pricey', 1, 8)],
    short: [
      { start: '0', end: '0.2', word: 'Hi', v: 0 },
      { start: '0.2', end: '0.3', word: 'Yes', v: 1, p: '?' },
    ],
  };
  const ann = await post('/api/v1/users', {
    email: 'ann.before@example.com',
    firstName: 'Ann',
    lastName: 'Lee',
    role: 'manager',
  });
  const rep = await post('/api/v1/users', {
    email: 'rep@example.com',
    firstName: 'Rob',
    lastName: 'Ray',
    systemIds: ['dialer-7'],
  });
  const ids = {};
  for (const [externalId, transcript] of Object.entries(calls)) {
    const { id } = await post('/api/v1/calls', {
      externalId,
      callerEmail: 'ann.before@example.com',
      callTime: '2026-10-20T09:00:00Z',
      direction: 'OUTBOUND',
      participants: [
        { speakerNumber: 0, email: 'Ann.Before@example.com' },
        { speakerNumber: 1, email: 'cy@customer.example' },
      ],
      metadata: { 'a.b': 'dotted', nested: { deep: 'Value' } },
      transcript,
    });
    ids[externalId] = id;
  }
  await quiet(pool);
  // An address that moves on, and its next holder.
  await patch(`/api/v1/users/${ann.id}`, { email: 'ann.after@example.com' });
  await post('/api/v1/users', { email: 'ann.before@example.com', firstName: 'Anna', lastName: 'Next' });
  await quiet(pool);

  // A result whose percentage was cut twice, and its life.
  const scorecard = await post('/api/v1/scorecards', {
    name: 'Weighted',
    scheme: 'OneToThree',
    questions: [1, 1, 2].map((weight, i) => ({ text: `Question ${i + 1}`, weight })),
  });
  const answers = [2, 1, 3].map((answer, i) => ({ questionId: scorecard.questions[i].questionId, answer }));
  const result = await post('/api/v1/results', {
    callId: ids.signs,
    scorecardId: scorecard.id,
    reviewerId: ann.id,
    state: 'SUBMITTED',
    answers,
  });
  await post(`/api/v1/results/${result.id}/dispute`, { reason: 'The second answer', disputedBy: ann.id });
  // Meetings that are planned, under way and over.
  const meeting = { coachId: ann.id, recipientId: rep.id, dateTime: '2026-11-10T15:00:00Z' };
  await post('/api/v1/meetings', meeting);
  await post('/api/v1/meetings', { ...meeting, startTime: '2026-11-10T15:01:00Z' });
  await post('/api/v1/meetings', {
    ...meeting,
    startTime: '2026-10-10T15:01:00Z',
    endTime: '2026-10-10T15:31:00Z',
    callReviews: [{ callId: ids.signs, resultIds: [result.id] }],
  });
  await post(
    '/api/v1/feedback',
    {
      callId: ids.signs,
      feedbackBy: ann.id,
      text: '<p>Well said, Rob</p>',
      startTime: 1,
      mentions: [ann.id],
    },
    { 'idempotency-key': 'a-comment' },
  );
  await send('DELETE', `/api/v1/calls/${ids.hidden}`);

  // People who log in, listen and open what was shared with them.
  const browser = (path, body) =>
    fetch(new URL(path, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify(body),
    });
  const { url: link } = await post(`/api/v1/users/${rep.id}/invite`, {});
  const told = { token: /[#=/]([\w-]{43})$/.exec(link)[1], password: 'a pass phrase of the demo' };
  const loggedIn = await browser('/api/v1/password', told);
  if (!loggedIn.ok) throw new Error(`POST /api/v1/password: ${await loggedIn.text()}`);
  await post(`/api/v1/users/${ann.id}/invite`, {});
  await browser('/api/v1/session', { email: 'rep@example.com', password: 'not the pass phrase' });
  const listen = { callId: ids.signs, listener: ann.id, session: 'tab-1' };
  await post('/api/v1/listens', { ...listen, spans: [[0, 4]] });
  const share = await post('/api/v1/shares', {
    callId: ids.signs,
    sharedBy: ann.id,
    recipientUserIds: [rep.id],
    recipientEmails: ['buyer@customer.example'],
  });
  for (const { url } of share.links) await fetch(url);
  // Pages whose ends are remembered, and a file that was imported.
  for (const feed of ['calls', 'scores', 'meetings', 'kpis', 'shares']) {
    await send('GET', `/api/ev/2/${feed}?since=2020-01-01T00:00Z&limit=3`);
  }
  const file = join(dataDir, 'calls.jsonl');
  writeFileSync(
    file,
    `${JSON.stringify({ externalId: 'brought-in', callTime: '2026-10-21T09:00:00Z', direction: 'INBOUND', transcript: say('thank you', 0) })}\n`,
  );
  command('import', 'calls', file, '--account', accountId);
  // Matched again by changed words, so that progress is told of.
  await patch(`/api/v1/topics/${signs.id}`, { words: [...signs.words, 'thank you'] });
  return send;
}

/** Waits until the queue is empty. */
async function quiet(pool) {
  for (;;) {
    const left = await pool.query('select 1 from graphile_worker._private_jobs limit 1');
    if (left.rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function write(pool, pages) {
  const migrations = readdirSync(join(old, 'migrations'))
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const lines = [JSON.stringify({ version: '0.1.0', migrations }), ...pages.map((page) => JSON.stringify(page))];
  const tables = await pool.query(
    `select table_name as name,
      array_agg(column_name::text order by ordinal_position) filter (where is_generated = 'NEVER') as columns
    from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> all($1)
    group by table_name order by table_name`,
    [LEFT_OUT],
  );
  for (const { name, columns } of tables.rows) {
    const texts = columns.map((column) => `"${column}"::text`).join(', ');
    const { rows } = await pool.query(`select ${texts} from "${name}" t order by t::text`);
    if (rows.length === 0) console.log(`${name} is empty`);
    for (const row of rows) lines.push(JSON.stringify({ table: name, row }));
  }
  const file = gzipSync(`${lines.join('\n')}\n`, { level: 9 });
  writeFileSync(out, file);
  console.log(`${lines.length} lines, ${file.length} bytes`);
}
