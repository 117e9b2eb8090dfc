import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { compileCheck } from './check.js';
import { LogIn, PasswordByLink, PasswordChange } from './sessions.js';
import { CallInput, UserInput } from './v1.js';

// What an error says: the field, the value that was sent, and what is allowed.

function refusal(check: (value: unknown) => unknown, value: unknown): string {
  try {
    check(value);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
}

const user = { email: 'a@example.com', firstName: 'A', lastName: 'B' };

test.each([
  [{ email: 'nobody' }, 'email has a wrong value, "nobody"; it takes an e-mail address'],
  [{ email: 7 }, 'email has a wrong value, 7; it takes an e-mail address'],
  [{ email: null }, 'email has a wrong value, null; it takes an e-mail address'],
  [{ role: 'boss' }, 'role has a wrong value, "boss"; it takes admin, manager or rep'],
  [{ role: ['rep'] }, 'role has a wrong value, a list of 1; it takes admin, manager or rep'],
  [{ role: { is: 'rep' } }, 'role has a wrong value, an object; it takes admin, manager or rep'],
  [{ systemIds: ['a', false] }, 'systemIds[1] has a wrong value, false; it takes'],
  [{ email: `${'x'.repeat(59)}😀 and so on` }, `email has a wrong value, "${'x'.repeat(59)}\ufffd"…; it takes`],
])('%j', (fields, message) => {
  expect(refusal(compileCheck(UserInput), { ...user, ...fields })).toContain(message);
});

describe('a secret is not shown', () => {
  const long = `secret${'x'.repeat(300)}`;
  test.each([
    [LogIn, { email: 'a@example.com', password: long }],
    [LogIn, { email: 'a@example.com', password: { a: 'secret' } }],
    [PasswordByLink, { token: long, password: 'secret and long' }],
    [PasswordByLink, { token: 'secret', password: 'secret' }],
    [PasswordChange, { current: long, password: 'secret and long' }],
    [PasswordChange, { current: 'secret', password: ['secret'] }],
  ])('%#', (schema, body) => {
    const said = refusal(compileCheck(schema), body);
    expect(said).toMatch(/^(password|token|current) has a wrong value; it takes /);
    expect(said).not.toContain('secret');
  });
});

test('what is taken names the fields that are checked apart, where they may be', () => {
  const check = compileCheck(CallInput, ['transcript']);
  expect(refusal(check, { transcipt: [] })).toMatch(
    /^transcipt is not known; it takes id, externalId, .*, transcript$/,
  );
  expect(refusal(check, { participants: [{ speakerNumber: 0, transcript: [] }] })).toMatch(
    /^participants\[0\]\.transcript is not known; it takes speakerNumber, email, firstName, lastName, type, userId$/,
  );
  expect(refusal(compileCheck(Type.Object({}, { additionalProperties: false })), { a: 1 })).toBe(
    'a is not known; it takes an object without fields',
  );
});
