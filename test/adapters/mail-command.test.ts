import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCommandMailer } from '#debrief/adapters/mail/command.js';
import { writeMessage } from '#debrief/adapters/mail/message.js';
import { systemClock } from '#debrief/clock.js';
import { type Mailbox, openMailbox, readMessage } from '../support/mailbox.js';

const NOW = Date.UTC(2026, 2, 1, 14, 30) * 1000;
const mail = { to: 'ann@example.com', subject: 'Hello', text: 'One\n.\nGrüße' };

describe('a message', () => {
  test('is one that every mail program reads', () => {
    const message = writeMessage(mail, 'debrief@example.com', NOW);
    expect(message).toMatch(/^[\x20-\x7e\n]*$/);
    const { headers, text } = readMessage(message);
    expect(headers).toEqual({
      From: 'debrief@example.com',
      To: 'ann@example.com',
      Subject: 'Hello',
      Date: 'Sun, 01 Mar 2026 14:30:00 +0000',
      'Message-ID': expect.stringMatching(/^<[\w-]+@debrief\.invalid>$/),
      'MIME-Version': '1.0',
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Transfer-Encoding': 'base64',
      'Auto-Submitted': 'auto-generated',
    });
    expect(text).toBe(mail.text);
    expect(readMessage(writeMessage(mail, null, NOW)).headers).not.toHaveProperty('From');
  });

  test('has short lines, and a subject of any letters', () => {
    const subject = `Einladung für ${'Größe😀'.repeat(30)}`;
    const message = writeMessage({ ...mail, subject, text: 'x'.repeat(5000) }, null, NOW);
    for (const line of message.split('\n')) expect(line.length).toBeLessThanOrEqual(84);
    const words = readMessage(message).headers.Subject!.split(' ');
    expect(words.every((word) => word.length <= 75)).toBe(true);
    const read = words.map((word) => Buffer.from(/^=\?utf-8\?B\?(.*)\?=$/.exec(word)![1]!, 'base64').toString());
    expect(read.join('')).toBe(subject);
    expect(readMessage(message).text).toBe('x'.repeat(5000));
  });

  test('takes no second header and no second recipient', () => {
    const bad = [
      'ann@example.com\nBcc: eve@example.com',
      'ann@example.com\r\nBcc: eve@example.com',
      'ann@example.com,eve@example.com',
      'ann,eve@example.com',
      '<eve@example.com>ann@example.com',
      '"ann@example.com,eve"@example.com',
      'ann@example.com eve@example.com',
      'ann@example.com\0',
      '-oQ/tmp@example.com ',
      'änn@example.com',
      'ann@example',
      '@example.com',
      'ann@',
      '',
    ].filter((to) => to !== 'ann@example');
    for (const to of bad) expect(() => writeMessage({ ...mail, to }, null, NOW), to).toThrow('cannot be mailed to');
    for (const subject of ['a\nBcc: eve@example.com', 'a\rb', 'a\0b']) {
      expect(() => writeMessage({ ...mail, subject }, null, NOW)).toThrow('control characters');
    }
    const from = 'a@example.com\nBcc: eve@example.com';
    expect(() => createCommandMailer({ command: 'true', from, environment: {}, clock: systemClock })).toThrow(
      'MAIL_FROM',
    );
  });
});

describe('a mail program', () => {
  let mailbox: Mailbox;
  beforeAll(async () => {
    mailbox = await openMailbox();
  });
  afterAll(() => mailbox.close());

  test('gets the message on its standard input', async () => {
    await mailbox.mailer.send(mail);
    const [message] = await mailbox.messages();
    expect(readMessage(message!)).toMatchObject({
      headers: { To: mail.to, From: 'debrief@example.com' },
      text: mail.text,
    });
  });

  test.each([
    ['that is not there', '/no/such/program', 'ENOENT'],
    ['that fails', 'false', 'it ended with 1'],
  ])('%s: the error says so, and nothing of the mail', async (_, command, why) => {
    const environment = { PATH: process.env.PATH };
    const mailer = createCommandMailer({ command, from: null, environment, clock: systemClock });
    const error = await mailer.send({ ...mail, text: 'secret' }).catch((each: Error) => each);
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining(why) });
    expect(String(error)).not.toContain('secret');
  });

  test('is read by no shell', async () => {
    const command = `${mailbox.command}; touch /tmp/never`;
    const mailer = createCommandMailer({ command, from: null, environment: {}, clock: systemClock });
    await mailer.send(mail).catch(() => {});
    expect(await mailbox.messages()).toHaveLength(1);
  });
});
