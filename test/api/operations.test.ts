import { afterAll, afterEach, expect, test } from 'vitest';
import { sendRaw } from '../support/raw-http.js';
import { makeAccount, type ServiceOptions, startService, type TestService } from '../support/service.js';

// What an admin sees of the server: its log, its metrics, and the client's address behind a proxy.

const services: TestService[] = [];
const start = async (options: ServiceOptions = {}) => {
  const service = await startService(options);
  services.push(service);
  return service;
};
let lines: string[] = [];
afterEach(() => {
  lines = [];
});
afterAll(() => Promise.all(services.map((service) => service.close())));

test('the log has a line a request: its route, its path, and nothing that was sent or answered', async () => {
  const service = await start({ onLog: (line) => lines.push(line) });
  const account = await makeAccount(service);
  const client = await account.client('admin');
  const secrets = ['pw-secret', 'query-secret', 'body-secret', 'header-secret', 'mail-secret'];
  const call = {
    callTime: '2026-01-01T00:00:00Z',
    direction: 'INBOUND',
    metadata: { note: 'body-secret' },
    participants: [{ speakerNumber: 0, email: 'mail-secret@example.com' }],
    transcript: [{ start: '0', end: '1', word: 'body-secret', v: 0 }],
  };
  const given = await client.send('POST', '/api/v1/calls', call, { 'x-api-key': 'header-secret' });
  const { id } = given.json();
  await client.get(`/api/ev/2/call/${id}?token=query-secret`);
  await client.get('/api/ev/2/calls?since=2020-01-01T00:00Z&callerEmail=query-secret');
  await client.send('POST', '/api/v1/calls', '{"body-secret": ');
  await client.send('POST', '/api/v1/users', { email: 'mail-secret@example.com', firstName: 'body-secret' });
  const wrong = `Basic ${btoa('someone:pw-secret')}`;
  await sendRaw(service, { method: 'GET', path: '/api/ev/2/check?x=query-secret', headers: { authorization: wrong } });
  await sendRaw(service, { method: 'GET', path: '/no/such/path?x=query-secret' });

  const entries = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
  expect(entries).toHaveLength(7);
  expect(entries[1]).toEqual({
    level: 30,
    time: expect.any(Number),
    pid: process.pid,
    reqId: expect.any(String),
    msg: 'request',
    method: 'GET',
    route: '/api/ev/2/call/:id',
    path: `/api/ev/2/call/${id}`,
    status: expect.any(Number),
    ms: expect.any(Number),
    ip: '127.0.0.1',
  });
  expect(entries.at(-1)).toMatchObject({ route: null, path: '/no/such/path', status: 404 });
  const log = lines.join('');
  for (const secret of [...secrets, client.password, btoa(`${client.username}:${client.password}`), wrong.slice(6)]) {
    expect(log).not.toContain(secret);
  }
});

test('an error of the database is logged without the rows that it tells of', async () => {
  const service = await start({ onLog: (line) => lines.push(line) });
  const client = await (await makeAccount(service)).client('admin');
  // What nobody foresaw: a constraint that we do not know of.
  const name = `no_secrets_${process.pid}`;
  await service.pool.query(`alter table departments add constraint ${name} check (name <> 'row-secret') not valid`);
  try {
    const answer = await client.send('POST', '/api/v1/departments', { name: 'row-secret' });
    expect([answer.status, answer.json().detail]).toEqual([500, 'Internal error']);
  } finally {
    await service.pool.query(`alter table departments drop constraint ${name}`);
  }
  const failed = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'request failed');
  expect(failed.err).toMatchObject({ code: '23514', constraint: name });
  expect(lines.join('')).not.toContain('row-secret');
});

/** The samples of a metric, by their labels. */
function samples(text: string, name: string): Map<string, number> {
  const found = text.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)$`, 'gm'));
  return new Map([...found].map(([, labels = '', value]) => [labels, Number(value)]));
}

test('metrics tell of the pool, the queue and the feeds, and name nobody', async () => {
  const service = await start();
  const account = await makeAccount(service);
  const client = await account.client('admin');
  const id = await client.upsertCall({ callTime: '2026-01-01T00:00:00Z', direction: 'INBOUND' });
  // An analysis that nobody takes up, two minutes old.
  const key = `lag ${account.accountId}`;
  await service.pool.query(
    `select graphile_worker.add_job('analyze', '{}', job_key := $1, run_at := now() + interval '1 hour')`,
    [key],
  );
  await service.pool.query(
    `update graphile_worker._private_jobs set created_at = now() - interval '2 minutes' where key = $1`,
    [key],
  );
  const scrape = async () => (await fetch(`${service.url}/metrics`)).text();
  try {
    const text = await scrape();
    expect(samples(text, 'debrief_feed_lag_seconds').get('')).toBeGreaterThanOrEqual(120);
    expect(samples(text, 'debrief_jobs').get('kind="analyze",state="waiting"')).toBeGreaterThanOrEqual(1);
    const newest = samples(text, 'debrief_feed_newest_timestamp_seconds').get('')!;
    // Other suites share the database, and some move their feeds' heads ahead of the clock.
    expect(newest).toBeGreaterThan(Date.now() / 1000 - 60);
    const pool = samples(text, 'debrief_database_pool');
    expect([...pool.keys()]).toEqual(['state="total"', 'state="idle"', 'state="waiting"']);
    expect(pool.get('state="total"')).toBeGreaterThanOrEqual(1);
    expect(samples(text, 'debrief_database_up').get('')).toBe(1);
    expect(samples(text, 'debrief_process_info').get('role="api"')).toBe(1);
    expect(text).toContain('debrief_queue_seconds_bucket');
    for (const secret of [id, account.accountId, client.username, client.password]) expect(text).not.toContain(secret);
  } finally {
    await service.pool.query('delete from graphile_worker._private_jobs where key = $1', [key]);
  }
});

test('metrics of the process are there without the database', async () => {
  const service = await startService();
  await service.pool.end();
  const text = await (await fetch(`${service.url}/metrics`)).text();
  await service.close().catch(() => {});
  expect(samples(text, 'debrief_database_up').get('')).toBe(0);
  for (const name of ['debrief_feed_lag_seconds', 'debrief_jobs', 'debrief_feed_newest_timestamp_seconds']) {
    expect(samples(text, name).size, name).toBe(0);
  }
  expect(text).toContain('process_cpu_seconds_total');
});

async function nextLink(service: TestService, headers: Record<string, string>): Promise<string> {
  const client = await (await makeAccount(service)).client('admin');
  for (const line of [1, 2]) {
    await client.upsertCall({ callTime: '2026-01-01T00:00:00Z', direction: 'INBOUND', metadata: { line } });
  }
  const answer = await client.get('/api/ev/2/calls?since=2020-01-01T00:00Z&limit=1', headers);
  return answer.headers.get('link')!;
}

const forwarded = {
  'x-forwarded-for': '198.51.100.1, 203.0.113.7',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'calls.example.com',
};

test('forwarded headers are believed from a trusted proxy, as far as it vouches for them', async () => {
  const service = await start({ trustProxy: ['loopback'], onLog: (line) => lines.push(line) });
  expect(await nextLink(service, forwarded)).toMatch(/^<https:\/\/calls\.example\.com\/api\/ev\/2\/calls\?/);
  // The address before it is only what the client claimed.
  expect(JSON.parse(lines.at(-1)!).ip).toBe('203.0.113.7');
  const bad = await sendRaw(service, {
    method: 'GET',
    path: '/healthz',
    headers: { ...forwarded, 'x-forwarded-proto': 'javascript' },
  });
  expect(bad.status).toBe(400);
});

test('from anybody else they are not', async () => {
  for (const options of [{}, { trustProxy: ['10.0.0.0/8', '192.0.2.1'] }]) {
    const service = await start({ ...options, onLog: (line) => lines.push(line) });
    expect(await nextLink(service, forwarded)).toContain(`<${service.url}/api/ev/2/calls?`);
    expect(JSON.parse(lines.at(-1)!).ip).toBe('127.0.0.1');
  }
});

test('an address is the same one however a proxy writes it', async () => {
  const service = await start({ trustProxy: ['loopback', '10.0.0.0/8', 'fe80::1'], onLog: (line) => lines.push(line) });
  const seen = async (forwardedFor: string) => {
    await sendRaw(service, { method: 'GET', path: '/healthz', headers: { 'x-forwarded-for': forwardedFor } });
    return JSON.parse(lines.at(-1)!).ip;
  };
  expect(await seen('::ffff:203.0.113.7')).toBe('203.0.113.7');
  expect(await seen('203.0.113.7:4711')).toBe('203.0.113.7');
  expect(await seen('[2001:DB8::7]:4711')).toBe('2001:db8::7');
  expect(await seen('fe80::7%eth0')).toBe('fe80::7');
  // Those of trusted proxies, too.
  expect(await seen('203.0.113.7, ::ffff:10.1.2.3, 10.1.2.4:80, [fe80::1%eth0]:80')).toBe('203.0.113.7');
  // What names no address ends the way; it is the nearest one's.
  expect(await seen('203.0.113.7, unknown, 10.1.2.3')).toBe('10.1.2.3');
  expect(await seen('unknown')).toBe('127.0.0.1');
});

test('wrong passwords slow down the address behind the proxy, and no other', async () => {
  const service = await start({ trustProxy: ['loopback'] });
  const attempt = async (address: string) => {
    const headers = { authorization: `Basic ${btoa('nobody:wrong')}`, 'x-forwarded-for': address };
    expect((await sendRaw(service, { method: 'GET', path: '/api/ev/2/check', headers })).status).toBe(401);
    return address;
  };
  for (let i = 0; i < 5; i++) await attempt('203.0.113.7');
  // Each waits twice as long as the one before; the last of them, a second.
  const slowed = Promise.all(['203.0.113.7', '::ffff:203.0.113.7', '203.0.113.7:80'].map(attempt));
  const first = await Promise.race([slowed.then(([address]) => address), attempt('203.0.113.8')]);
  expect(first).toBe('203.0.113.8');
  await slowed;
});
