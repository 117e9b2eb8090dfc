import { spawn } from 'node:child_process';
import type { Clock } from '../../clock.js';
import { AppError } from '../../errors.js';
import type { Mailer } from './mailer.js';
import { plainAddress, writeMessage } from './message.js';

/** The time limit of the program: one that has not taken the mail by then never will. */
const MAX_MS = 30_000;

/** How mail is sent. */
export interface MailCommand {
  /** The program and its arguments, separated by blanks; no shell parses them. */
  readonly command: string;
  /** The sender; null leaves it to the program. */
  readonly from: string | null;
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
}

/** Makes a mailer that passes each mail to a program such as `sendmail -t -i`, on its standard input. */
export function createCommandMailer({ command, from, environment, clock }: MailCommand): Mailer {
  const [program = '', ...args] = command.trim().split(/\s+/);
  if (from !== null) plainAddress('MAIL_FROM', from);
  return {
    async send(mail) {
      const message = writeMessage(mail, from, clock.now());
      const problem = await new Promise<string | null>((resolve) => {
        const child = spawn(program, args, { env: environment, stdio: ['pipe', 'ignore', 'ignore'], timeout: MAX_MS });
        child.on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? 'it cannot be started'));
        child.on('close', (code, signal) => resolve(code === 0 ? null : `it ended with ${signal ?? code}`));
        // A program that ends without reading reports that with its exit code.
        child.stdin.on('error', () => {});
        child.stdin.end(message);
      });
      if (problem !== null) throw new AppError('unavailable', `The mail program did not take the mail (${problem}).`);
    },
  };
}
