import Type, { type Static } from 'typebox';
import { closed, Email, line, named, TimeZone, written } from './fields.js';
import { v1 } from './route.js';
import { anyone, NewPassword, Session, secret } from './sessions.js';

// The first run: no account is there yet.

/** The first account and its first administrator. */
export const Setup = Type.Object(
  {
    token: secret(200),
    account: Type.Object({ name: written(200), timeZone: TimeZone }, closed),
    admin: Type.Object({ email: Email, firstName: written(200), lastName: line(200), password: NewPassword }, closed),
  },
  named('Setup'),
);
export type Setup = Static<typeof Setup>;

/** Logs in by one of the links that a running demo has printed. */
export const DemoLogIn = Type.Object({ token: secret(200) }, named('DemoLogIn'));

/** The routes by which the first person comes in: to a new server, or to a demo. */
export const setupRoutes = {
  setUp: anyone(
    v1('POST', '/setup', 'read', 'rep', 'Make the first account and its administrator, and log in; once', {
      body: Setup,
      status: 201,
      answer: Session,
    }),
  ),
  logInToDemo: anyone(
    v1('POST', '/session/demo', 'read', 'rep', 'Log in to a running demo by one of the links that it printed', {
      body: DemoLogIn,
      status: 201,
      answer: Session,
    }),
  ),
};
