import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { allRoutes, namedRoutes, v1Routes, v2Routes } from '#debrief/contract/routes.js';
import { checkAnswer, closedSchema } from '../support/declared-answer.js';

// What documents and clients are made of is there for every route.

/** Routes that answer with an empty 200. */
const EMPTY = ['GET /api/ev/2/check'];

const isEmpty = (status = 200) => status === 202 || status === 204 || status === 302;
const nameOf = ({ method, path }: (typeof allRoutes)[number]) => `${method} ${path}`;
const titleOf = (schema: unknown) => (schema as { title?: string }).title;

describe('every route', () => {
  test('says what it answers: a schema, a media type, or nothing (204)', () => {
    const without = allRoutes.filter(({ answer, answerType, status }) => !answer && !answerType && !isEmpty(status));
    expect(without.map(nameOf)).toEqual(EMPTY);
  });

  test('answers nothing where it says so', () => {
    const both = allRoutes.filter(({ answer, answerType, status }) => (answer || answerType) && isEmpty(status));
    expect(both.map(nameOf)).toEqual([]);
  });

  test('has names for the objects that it takes and answers', () => {
    const unnamed = allRoutes.flatMap((route) => {
      const { body, sent, answer } = route;
      const items = (answer as { items?: unknown } | undefined)?.items;
      return [body, sent, items ?? answer]
        .filter((schema) => schema !== undefined && (schema as { type?: string }).type !== 'string')
        .filter((schema) => titleOf(schema) === undefined)
        .map(() => nameOf(route));
    });
    expect(unnamed).toEqual([]);
  });

  test('has a name of its own', () => {
    const names = [...namedRoutes(v2Routes).keys()];
    expect(names).toContain('deletedCalls');
    const ours = [...namedRoutes(v1Routes).keys()];
    expect(ours).toEqual(expect.arrayContaining(['createCall', 'usersList', 'usersCreate', 'topicsRemove']));
    expect(new Set(ours).size).toBe(ours.length);
  });
});

describe('an answer that is not as its route says is noticed', () => {
  const ok = (body: unknown, headers = {}, status = 200) => ({
    status,
    headers: new Headers(headers),
    text: JSON.stringify(body),
  });
  const department = { id: 'd', name: 'Sales', active: true };
  const etag = { etag: '"x"' };
  const path = '/api/v1/departments/d';

  test('in its fields, its status, its ETag', () => {
    expect(() => checkAnswer('GET', path, ok(department, etag))).not.toThrow();
    expect(() => checkAnswer('GET', path, ok({ ...department, active: 1 }, etag))).toThrow('must be boolean');
    expect(() => checkAnswer('GET', path, ok({ ...department, more: 1 }, etag))).toThrow('additionalProperties');
    expect(() => checkAnswer('GET', path, ok({ id: 'd', name: 'Sales' }, etag))).toThrow('required');
    expect(() => checkAnswer('GET', path, ok(department))).toThrow('no ETag');
    expect(() => checkAnswer('POST', '/api/v1/departments', ok(department, etag))).toThrow('200 instead of 201');
    expect(() => checkAnswer('DELETE', path, ok(department, {}, 204))).toThrow('it has a body');
    expect(() => checkAnswer('GET', '/api/v1/departments?limit=1', ok({ items: [{}], next: null }))).toThrow(
      'required',
    );
    const limited = { ratelimit: '"default";r=5;t=0' };
    expect(() => checkAnswer('GET', '/api/ev/2/calls/deleted', ok([{ id: 'd' }], limited))).toThrow('required');
    expect(() => checkAnswer('GET', '/api/ev/2/calls/deleted', ok([]))).toThrow('the rate limit');
    const lines = { status: 200, headers: new Headers(), text: '{"line":1,"id":"a"}\n' };
    expect(() => checkAnswer('POST', '/api/v1/calls/import', lines)).toThrow('required');
  });

  test('a refusal is not held to it', () => {
    expect(() => checkAnswer('GET', path, ok({ title: 'Not Found' }, {}, 404))).not.toThrow();
  });

  test('objects of any fields stay so', () => {
    const open = Type.Object({ any: Type.Record(Type.String(), Type.Number()) });
    expect(closedSchema(open)).toEqual({
      type: 'object',
      required: ['any'],
      additionalProperties: false,
      properties: { any: { type: 'object', patternProperties: { '^.*$': { type: 'number' } } } },
    });
  });
});
