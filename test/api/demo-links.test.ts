import { expect, test } from 'vitest';
import { updateUser } from '#debrief/services/people/users.js';
import { digestOf } from '#debrief/services/tokens.js';
import { openBrowser } from '../support/browser.js';
import { startService } from '../support/service.js';
import { openSuite } from '../support/suite.js';
import { expectProblem } from './problems.js';

// The links that a demo prints.

const { service, account } = await openSuite();
const userId = await account.addUser(`demo-link-${process.pid}@example.com`, { role: 'manager' });

test('a link logs in as its person, again and again, where the demo runs and nowhere else', async () => {
  const links = new Map([[digestOf('a link').toString('hex'), { accountId: account.accountId, userId }]]);
  const lines: string[] = [];
  const demo = await startService({ demoLinks: links, onLog: (line) => lines.push(line) });
  try {
    const open = (token: string, of = demo) => openBrowser(of).send('POST', '/api/v1/session/demo', { token });
    for (let i = 0; i < 2; i++) {
      const answer = await open('a link');
      expect(answer.status, answer.text).toBe(201);
      expect(answer.json().user).toMatchObject({ id: userId, role: 'manager' });
      expect(answer.setCookies[0]).toMatch(/^debrief_session=/);
    }
    expectProblem(await open('another'), 404, { detail: 'no demo' });
    expectProblem(await open('a link', service), 404, { detail: 'no demo' });
    const foreign = { origin: 'https://evil.example' };
    expect((await openBrowser(demo).send('POST', '/api/v1/session/demo', { token: 'a link' }, foreign)).status).toBe(
      403,
    );
    await updateUser({ db: service.db }, account.actor, userId, { active: false });
    expectProblem(await open('a link'), 404, { detail: 'no longer active' });
    expect(lines.join()).not.toContain('a link');
  } finally {
    await demo.close();
  }
});
