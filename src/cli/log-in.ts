import { text } from 'node:stream/consumers';
import { createCommandMailer } from '../adapters/mail/command.js';
import { systemClock } from '../clock.js';
import { type Config, foreignEnvironment } from '../config.js';
import { invalid } from '../errors.js';
import type { LogInOptions } from '../server/auth/log-in-options.js';
import { requireAccount } from '../services/accounts/accounts.js';
import { commandActor } from '../services/actor.js';
import { namedUserId } from '../services/people/named-users.js';
import { accountFlag } from './accounts.js';
import type { Command } from './command.js';
import { linkBase } from './listening.js';

/** The ways to log in, from the settings. Throws `invalid` for settings that do not go together. */
export function logInOptions(config: Config): LogInOptions {
  const { PUBLIC_URL, MAIL_COMMAND, MAIL_FROM, OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_ACCOUNT } = config;
  if (MAIL_COMMAND !== null && PUBLIC_URL === null) {
    throw invalid(
      'PUBLIC_URL',
      'is not set, and mails contain links',
      'the URL by which browsers reach Debrief, with MAIL_COMMAND',
    );
  }
  const oidc = { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_ACCOUNT };
  const missing = Object.entries(oidc).filter(([, value]) => value === null);
  if (missing.length > 0 && missing.length < 3) {
    throw invalid(
      missing[0]![0],
      'is not set',
      'a value with OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_ACCOUNT, or none of them',
    );
  }
  return {
    publicUrl: PUBLIC_URL,
    mailer:
      MAIL_COMMAND === null
        ? null
        : createCommandMailer({
            command: MAIL_COMMAND,
            from: MAIL_FROM,
            environment: foreignEnvironment(),
            clock: systemClock,
          }),
    oidc:
      missing.length > 0
        ? null
        : {
            issuer: OIDC_ISSUER!,
            clientId: OIDC_CLIENT_ID!,
            clientSecret: config.OIDC_CLIENT_SECRET,
            accountId: OIDC_ACCOUNT!,
            scopes: config.OIDC_SCOPES,
            emailVerified: config.OIDC_EMAIL_VERIFIED,
          },
  };
}

/** Loaded on demand, like the heavy parts of every command. */
const links = () => import('../services/people/password-links.js');

/** `debrief user invite`. */
export const userInvite: Command = {
  name: 'user invite',
  summary:
    'Make a link by which a user (id or e-mail address) can set their password, once, within 7 days; prints {"url","expiresAt"}.',
  positionals: ['USER'],
  flags: { account: accountFlag },
  examples: ['user invite ann@example.com --account ID'],
  async run({ args, config, database }) {
    const opened = await database();
    const { db } = opened;
    const scope = { accountId: args.values.account! };
    await requireAccount({ db }, scope.accountId);
    const baseUrl = await linkBase(config, opened);
    const context = { baseUrl, now: systemClock.now(), mailer: null };
    const { inviteUser } = await links();
    const userId = await namedUserId({ db }, scope, args.positionals[0]!);
    return inviteUser({ db }, commandActor(scope), userId, {}, context);
  },
};

/** `debrief user password`. */
export const userPassword: Command = {
  name: 'user password',
  summary:
    'Set the password of a user (id or e-mail address) to the line on standard input; their sessions end. Prints {"userId"}.',
  positionals: ['USER'],
  flags: { account: accountFlag },
  examples: ['user password ann@example.com --account ID < password.txt'],
  async run({ args, database }) {
    const password = (await text(process.stdin)).replace(/\r?\n$/, '');
    const { db } = await database();
    const scope = { accountId: args.values.account! };
    await requireAccount({ db }, scope.accountId);
    const { setPassword } = await links();
    const userId = await namedUserId({ db }, scope, args.positionals[0]!);
    await setPassword({ db }, commandActor(scope), userId, password, systemClock.now());
    return { userId };
  },
};
