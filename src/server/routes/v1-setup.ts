import { randomInt } from 'node:crypto';
import type { Clock } from '../../clock.js';
import { compileCheck } from '../../contract/check.js';
import { v1Routes } from '../../contract/routes.js';
import { DemoLogIn } from '../../contract/setup.js';
import { takeAttempt, takeBackAttempt } from '../../db/log-in-failures.js';
import { AppError } from '../../errors.js';
import { checkSetup, createFirstAccount, requireNoAccount } from '../../services/accounts/first-account.js';
import { logInToDemo } from '../../services/people/log-in.js';
import { digestOf } from '../../services/tokens.js';
import { createFailureSlowdown } from '../auth/auth.js';
import type { DemoLinks } from '../auth/demo-links.js';
import type { RegisterPublic } from '../auth/public-routes.js';
import { isSetupToken, maySetUp, type SetupToken } from '../auth/setup-token.js';
import { jsonBody } from '../bodies.js';
import { clientAddress } from '../client-address.js';
import { contextOf, welcome } from './v1-sessions.js';

const checkDemoLogIn = compileCheck(DemoLogIn);
/** What failures are counted under. No e-mail address is like it, and those are what others are counted under. */
const COUNTED_AS = 'setup';

interface FirstRun {
  readonly clock: Clock;
  /** Null where no account is to be made. */
  readonly setup: SetupToken | null;
  /** Null where it is no demo. */
  readonly demoLinks: DemoLinks | null;
}

/** The first run, and the links of a demo: `/api/v1/setup`, `/api/v1/session/demo`. */
export function registerV1Setup(registerPublic: RegisterPublic, { clock, setup, demoLinks }: FirstRun): void {
  const slowdown = createFailureSlowdown(clock);
  registerPublic(v1Routes.setUp, async ({ deps, request, reply }) => {
    const body = checkSetup(jsonBody(request));
    await requireNoAccount(deps.db);
    if (setup === null || !maySetUp(setup, request)) {
      throw new AppError(
        'forbidden',
        'The first account is made on the machine that Debrief runs on, or from anywhere with SETUP_TOKEN.',
      );
    }
    // As with passwords: counted before it is compared, so that guesses at once get no further.
    const attempt = await takeAttempt(deps.db, COUNTED_AS, clock.now() + randomInt(1000));
    if (!('at' in attempt)) {
      const retryAfterSeconds = Math.ceil(attempt.waitMicros / 1_000_000);
      throw new AppError('too_many', 'Too many wrong tokens were sent: wait a while.', { retryAfterSeconds });
    }
    if (!isSetupToken(setup, body.token)) {
      const wait = slowdown.failed(clientAddress(request));
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait).unref());
      throw new AppError('forbidden', 'This is not the token of the link that the server printed last.', {
        field: 'token',
      });
    }
    await takeBackAttempt(deps.db, COUNTED_AS, attempt.at);
    return welcome(request, reply, await createFirstAccount(deps, body, contextOf(deps, request)));
  });
  registerPublic(v1Routes.logInToDemo, async ({ deps, request, reply }) => {
    const { token } = checkDemoLogIn(jsonBody(request));
    const person = demoLinks?.get(digestOf(token).toString('hex'));
    if (person === undefined) throw new AppError('not_found', 'This link belongs to no demo that runs here now.');
    return welcome(request, reply, await logInToDemo(deps, person, contextOf(deps, request)));
  });
}
