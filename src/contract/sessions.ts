import Type, { type Static } from 'typebox';
import { Email, line, named, nullable, optional, TIME_ZONE_TEXT, TimeZone } from './fields.js';
import { listOf, type RouteContract, v1 } from './route.js';

// Sessions, and the links with which users set their passwords.

const instant = Type.String({ description: 'an instant in UTC' });

/** A session: its user, and when it ends. */
export const Session = Type.Object(
  {
    id: Type.String(),
    user: Type.Object({
      id: Type.String(),
      email: Type.String(),
      firstName: Type.String(),
      lastName: Type.String(),
      role: Type.Enum(['admin', 'manager', 'rep']),
      team: nullable(Type.Object({ id: Type.String(), name: Type.String() }), 'the team, or null'),
      timeZone: nullable(Type.String(), "the user's own time zone; null if they use the account's"),
    }),
    account: Type.Object({ id: Type.String(), name: Type.String(), timeZone: Type.String() }),
    timeZone: Type.String({ description: "the time zone to show times in: the user's own, or else the account's" }),
    createdAt: instant,
    /** Moves later with every use, up to 90 days after the log-in. */
    expiresAt: instant,
  },
  { title: 'Session' },
);
export type Session = Static<typeof Session>;

/** A session in the list of its user's sessions. */
export const ListedSession = Type.Object(
  {
    id: Type.String(),
    method: Type.Enum(['password', 'link', 'oidc']),
    userAgent: nullable(Type.String(), 'what the browser calls itself, or null'),
    createdAt: instant,
    lastSeenAt: instant,
    expiresAt: instant,
    /** Whether it is the session that sent the request. */
    current: Type.Boolean(),
  },
  { title: 'ListedSession' },
);
export type ListedSession = Static<typeof ListedSession>;

/** A link to set a password with. It is shown only once. */
export const PasswordLink = Type.Object({ url: Type.String(), expiresAt: instant }, { title: 'PasswordLink' });
export type PasswordLink = Static<typeof PasswordLink>;

const MAX_PASSWORD_LENGTH = 256;
/** What a new password takes, for errors and documents. */
export const NEW_PASSWORD_TEXT = `10 to ${MAX_PASSWORD_LENGTH} characters: not the e-mail address, and none of the commonest passwords`;
/** A password to set. */
export const NewPassword = Type.String({
  minLength: 10,
  maxLength: MAX_PASSWORD_LENGTH,
  description: NEW_PASSWORD_TEXT,
  writeOnly: true,
});
/** A text that no document shows. */
export const secret = (max: number) => Type.String({ ...line(max), writeOnly: true });

/** A log-in by e-mail address and password. */
export const LogIn = Type.Object(
  {
    email: Email,
    password: secret(MAX_PASSWORD_LENGTH),
    account: optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: "an account's id, needed if the address is in several accounts",
      }),
    ),
  },
  named('LogIn'),
);
export type LogIn = Static<typeof LogIn>;

/** Sets a password with the token of a link. */
export const PasswordByLink = Type.Object({ token: secret(200), password: NewPassword }, named('PasswordByLink'));
/** Changes the user's own password. */
export const PasswordChange = Type.Object(
  { current: secret(MAX_PASSWORD_LENGTH), password: NewPassword },
  named('PasswordChange'),
);
/** Changes what people choose for themselves. A field left out stays. */
export const ProfilePatch = Type.Object(
  { timeZone: optional(nullable(TimeZone, `${TIME_ZONE_TEXT}, or null for the account's`)) },
  named('ProfilePatch'),
);
/** Asks for a link to reset a password. */
export const ResetRequest = Type.Object({ email: Email }, named('ResetRequest'));
/** Makes a link to set a first password. */
export const Invitation = Type.Object(
  { mail: optional(Type.Boolean({ description: 'true to also mail the link to the user' })) },
  named('Invitation'),
);

/** The ways to log in that a log-in page offers. It says nothing about accounts and users. */
const LogInMethods = Type.Object(
  {
    password: Type.Boolean({ description: 'whether users can log in by e-mail address and password: always true' }),
    mail: Type.Boolean({
      description: 'whether links can be mailed: to reset a forgotten password, and for invitations',
    }),
    openIdConnect: nullable(
      Type.Object({
        logInUrl: Type.String({
          description: 'where to send the browser, with a returnTo: a URL, or a path of the server that was asked',
        }),
      }),
      'the log-in with an OpenID provider; null if none is configured',
    ),
    setup: nullable(
      Type.Object({
        allowed: Type.Boolean({ description: 'whether it may be made from where the request was sent' }),
      }),
      'set as long as there is no account; null once there is one',
    ),
  },
  { title: 'LogInMethods' },
);

/** A route for anyone, by which somebody comes in. */
export const anyone = <R extends RouteContract>(route: R) => ({ ...route, audience: 'anyone' }) as const;
const people = <R extends RouteContract>(route: R) => ({ ...route, audience: 'people' }) as const;

const returnTo = { kind: 'path', description: 'Where to continue: a path of this server, / unless given.' } as const;
const sent = (what: string) => ({ kind: 'text', description: `${what}, sent by the provider.` }) as const;
const fromProvider = {
  code: sent('The authorization code'),
  state: sent('Identifies the log-in'),
  iss: sent('Identifies the provider'),
  error: sent('The error code of a failed log-in'),
  error_description: sent('The error of a failed log-in, in words'),
};

/**
 * The routes of sessions, passwords and log-in. The parameters of the callback are those of RFC 6749 §4.1.2 and RFC
 * 9207.
 */
export const sessionRoutes = {
  logInMethods: anyone(
    v1('GET', '/login-methods', 'read', 'rep', 'How people can log in here', { answer: LogInMethods }),
  ),
  logIn: anyone(
    v1('POST', '/session', 'read', 'rep', 'Log in: sets the session cookie', {
      body: LogIn,
      status: 201,
      answer: Session,
    }),
  ),
  readSession: people(
    v1('GET', '/session', 'read', 'rep', "The session's user, and when it ends", { answer: Session }),
  ),
  changeProfile: people(
    v1('PATCH', '/profile', 'read', 'rep', 'Change what people choose for themselves', {
      body: ProfilePatch,
      answer: Session,
    }),
  ),
  logOut: people(v1('DELETE', '/session', 'read', 'rep', 'Log out', { status: 204 })),
  listSessions: people(
    v1('GET', '/sessions', 'read', 'rep', "One's own sessions, the newest first", {
      answer: listOf(ListedSession),
    }),
  ),
  endSession: people(v1('DELETE', '/sessions/:id', 'read', 'rep', "End one of one's own sessions", { status: 204 })),
  endUserSessions: v1('DELETE', '/users/:id/sessions', 'admin', 'admin', 'End all sessions of a user', { status: 204 }),
  invite: v1('POST', '/users/:id/invite', 'admin', 'admin', 'Make a link with which a user sets their password', {
    body: Invitation,
    status: 201,
    answer: PasswordLink,
  }),
  setPassword: anyone(
    v1('POST', '/password', 'read', 'rep', 'Set a password with the token of a link, and log in', {
      body: PasswordByLink,
      status: 201,
      answer: Session,
    }),
  ),
  changePassword: people(
    v1('PATCH', '/password', 'read', 'rep', "Change one's own password; other sessions end", {
      body: PasswordChange,
      answer: Session,
    }),
  ),
  resetPassword: anyone(
    v1('POST', '/password/reset', 'read', 'rep', "Mail a link to the address, if it is a user's", {
      body: ResetRequest,
      status: 202,
    }),
  ),
  beginOidc: anyone(
    v1('GET', '/session/oidc', 'read', 'rep', 'Log in with the OpenID provider', {
      query: { returnTo },
      status: 302,
    }),
  ),
  endOidc: anyone(
    v1('GET', '/session/oidc/callback', 'read', 'rep', 'Where the OpenID provider sends the browser back', {
      query: fromProvider,
      status: 302,
    }),
  ),
};
