import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startService } from '../support/service.js';

test('a connection on which nothing was asked does not hold up the end', async () => {
  const service = await startService();
  const { hostname, port } = new URL(service.url);
  const unused = connect(Number(port), hostname);
  const used = connect(Number(port), hostname);
  await Promise.all([once(unused, 'connect'), once(used, 'connect')]);
  used.setEncoding('utf8').write('GET /readyz HTTP/1.1\r\nhost: debrief\r\n\r\n');
  const [answer] = await once(used, 'data');
  expect(answer).toContain('200 OK');
  const closed = service.close().then(() => 'closed');
  // Left alone, Node would end it after a minute.
  expect(await Promise.race([closed, sleep(20_000, 'still open')])).toBe('closed');
  for (const socket of [unused, used]) socket.destroy();
});
