import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCommandMailer } from '#debrief/adapters/mail/command.js';
import type { Mailer } from '#debrief/adapters/mail/mailer.js';
import { systemClock } from '#debrief/clock.js';

/** A mail program that keeps what it is given, each as a file. */
export interface Mailbox {
  /** As `MAIL_COMMAND` has it. */
  readonly command: string;
  readonly mailer: Mailer;
  /** Messages as they came, in order. */
  messages(): Promise<string[]>;
  close(): Promise<void>;
}

const PROGRAM = `const { renameSync, writeFileSync } = require('node:fs');
const name = process.argv[2] + '/' + process.hrtime.bigint();
let message = '';
process.stdin.on('data', (part) => { message += part; });
process.stdin.on('end', () => {
  // Whole, or not there.
  writeFileSync(name + '.part', message);
  renameSync(name + '.part', name + '.eml');
});`;

export async function openMailbox(): Promise<Mailbox> {
  const dir = await mkdtemp(join(tmpdir(), 'debrief-mail-'));
  const program = join(dir, 'program.cjs');
  await writeFile(program, PROGRAM);
  const command = `${process.execPath} ${program} ${dir}`;
  return {
    command,
    mailer: createCommandMailer({ command, from: 'debrief@example.com', environment: {}, clock: systemClock }),
    async messages() {
      const names = (await readdir(dir)).filter((name) => name.endsWith('.eml')).sort();
      return Promise.all(names.map((name) => readFile(join(dir, name), 'utf8')));
    },
    close: () => rm(dir, { recursive: true, force: true }),
  };
}

/** The headers of a message, by name, and its text. */
export function readMessage(message: string): { headers: Record<string, string>; text: string } {
  const [head = '', body = ''] = message.split('\n\n', 2);
  const lines = head.replaceAll('\n ', ' ').split('\n');
  const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s, 2)));
  return { headers, text: Buffer.from(body, 'base64').toString().replaceAll('\r\n', '\n') };
}
