import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import Type, { type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { get, type RouteContract, v1 } from '#debrief/contract/route.js';
import { allRoutes, namedRoutes, v1Routes, v2Routes } from '#debrief/contract/routes.js';
import { v2Examples } from '#debrief/contract/v2-examples.js';
import { apiDocuments } from '#debrief/server/openapi/api-documents.js';
import { openapiDocument } from '#debrief/server/openapi/openapi.js';
import { startService, type TestService } from '../support/service.js';

interface Operation {
  readonly operationId: string;
  readonly tags: string[];
  readonly parameters?: { name: string; in: string; required?: boolean; description?: string; schema: object }[];
  readonly requestBody?: { content: Record<string, { schema: object }> };
  readonly responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }>; headers?: object }>;
  readonly security: object[];
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    schemas: Record<string, { examples?: unknown[]; properties?: Record<string, object> }>;
    responses: Record<string, object>;
    headers: Record<string, object>;
    securitySchemes: Record<string, object>;
  };
}

const documents = {
  v2: apiDocuments['v2.json']() as unknown as Document,
  v1: apiDocuments['v1.json']() as unknown as Document,
};
const names = ['v2', 'v1'] as const;

function operationOf(document: Document, route: RouteContract): Operation {
  return document.paths[route.path.replaceAll(/:(\w+)/g, '{$1}')]![route.method.toLowerCase()]!;
}

describe.each(names)('%s', (name) => {
  const document = documents[name];
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

  test('is OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document) as never);
    expect(errors ?? []).toEqual([]);
    expect([valid, validator.version]).toEqual([true, '3.1']);
    const broken = JSON.parse(JSON.stringify(document).replaceAll('"in":"path"', '"in":"paths"'));
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  test('has schemas that an independent validator compiles, and examples that it takes', () => {
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, validateFormats: false });
    const { components, paths } = JSON.parse(
      JSON.stringify(document).replaceAll('#/components/schemas/', 'https://debrief.test/'),
    ) as Document;
    for (const [id, schema] of Object.entries(components.schemas)) ajv.addSchema(schema, `https://debrief.test/${id}`);
    for (const [id, { examples = [] }] of Object.entries(components.schemas)) {
      const check = ajv.getSchema(`https://debrief.test/${id}`)!;
      for (const example of examples) expect([check(example), check.errors], id).toEqual([true, null]);
    }
    let compiled = 0;
    const walk = (value: unknown) => {
      if (value === null || typeof value !== 'object') return;
      for (const [key, each] of Object.entries(value)) {
        if (key !== 'schema') walk(each);
        else if (ajv.compile(each)) compiled += 1;
      }
    };
    walk([paths, components.responses, components.headers]);
    expect(compiled).toBeGreaterThan(50);
  });

  test('is checked in as it is; `npm run docs` writes it', () => {
    expect(readFileSync(`docs/openapi/${name}.json`, 'utf8')).toBe(`${JSON.stringify(document, null, 2)}\n`);
  });

  test('has all routes, each by a name of its own', () => {
    const routes = namedRoutes(name === 'v2' ? v2Routes : v1Routes);
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual([...routes.keys()].sort());
    for (const [id, route] of routes) expect(operationOf(document, route).operationId).toBe(id);
  });

  test('describes every parameter but an id in a path', () => {
    const mute = operations.flatMap(({ operationId, parameters = [] }) =>
      parameters.filter((each) => each.in !== 'path' && !each.description).map((each) => `${operationId} ${each.name}`),
    );
    expect(mute).toEqual([]);
  });

  test('refers to what is there, and has nothing that is not referred to', () => {
    const text = JSON.stringify(document);
    const referred = new Set(
      [...text.matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)].map(([, kind, id]) => `${kind}/${id}`),
    );
    const { securitySchemes, ...components } = document.components;
    const there = Object.entries(components).flatMap(([kind, named]) =>
      Object.keys(named).map((id) => `${kind}/${id}`),
    );
    expect(there.sort()).toEqual([...referred].sort());
    for (const { security } of operations) {
      for (const scheme of security) expect(securitySchemes).toHaveProperty(Object.keys(scheme)[0]!);
    }
  });

  test('an object with a name is nowhere written out', () => {
    const { schemas, ...rest } = document.components;
    const bodies = new Map(
      Object.entries(schemas).map(([id, { examples, ...schema }]) => [JSON.stringify(schema), id]),
    );
    const found: string[] = [];
    const walk = (value: unknown, top: boolean) => {
      if (value === null || typeof value !== 'object') return;
      const { examples, ...schema } = value as Record<string, unknown>;
      const id = top ? undefined : bodies.get(JSON.stringify(schema));
      if (id !== undefined) found.push(id);
      for (const [key, each] of Object.entries(value)) if (key !== 'examples') walk(each, false);
    };
    for (const schema of Object.values(schemas)) walk(schema, true);
    walk(document.paths, false);
    walk(rest, false);
    expect(found).toEqual([]);
  });
});

describe('v2', () => {
  const { paths, components } = documents.v2;

  test('a feed', () => {
    const { parameters, responses, security, tags } = paths['/api/ev/2/calls']!.get!;
    const calls = paths['/api/ev/2/calls']!.get!;
    expect(parameters!.map((each) => each.name)).toEqual([
      ...['since', 'limit', 'last_id', 'include_transcripts', 'include_crm_matches', 'render_templates'],
    ]);
    expect(parameters![0]).toMatchObject({ in: 'query', required: true });
    expect(parameters![1]!.schema).toEqual({ type: 'integer', minimum: 0, maximum: 1000, default: 100 });
    expect(responses[200]!.content).toEqual({
      'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Call' } } },
    });
    expect(Object.keys(responses[200]!.headers!)).toEqual([
      ...['Content-Encoding', 'Link', 'RateLimit-Policy', 'RateLimit', 'X-Queue-Time-Ms'],
    ]);
    expect(Object.keys(responses)).toEqual(['200', '400', '401', '403', '503', '504']);
    expect(components.responses[504]).toMatchObject({ headers: { 'Retry-After': {} } });
    expect(security).toEqual([{ basic: [] }]);
    expect([tags, calls.operationId]).toEqual([['calls'], 'calls']);
  });

  test('deleting answers nothing, and no session may', () => {
    const { responses, security, operationId } = paths['/api/ev/2/call/{id}']!.delete!;
    expect(operationId).toBe('deleteCall');
    expect(responses[204]!.content).toBeUndefined();
    expect(Object.keys(responses)).toEqual(['204', '400', '401', '403', '404', '503', '504']);
    expect(security).toEqual([{ basic: [] }]);
    expect(components.securitySchemes).not.toHaveProperty('session');
  });

  test("the reference's examples are of their schemas", () => {
    expect(Object.keys(v2Examples).filter((name) => !(name in components.schemas))).toEqual([]);
    const found = new Map<string, TSchema>();
    const collect = (schema: unknown) => {
      if (schema === null || typeof schema !== 'object') return;
      const { title } = schema as { title?: unknown };
      if (typeof title === 'string') found.set(title, schema as TSchema);
      Object.values(schema).forEach(collect);
    };
    for (const { answer } of Object.values(v2Routes) as RouteContract[]) collect(answer);
    for (const [name, example] of Object.entries(v2Examples)) {
      expect(Compile(found.get(name)!).Errors(example), name).toEqual([]);
      expect(components.schemas[name]!.examples).toEqual([example]);
      expect(Object.keys(example as object)).toEqual(Object.keys(components.schemas[name]!.properties!));
    }
  });
});

test('both are valid to the linter that most people use', async () => {
  const files = names.map((name) => `docs/openapi/${name}.json`);
  const words = ['node_modules/@redocly/cli/bin/cli.js', 'lint', '--extends=spec', ...files];
  const env = { PATH: process.env.PATH, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', env });
  expect(status, stdout + stderr).toBe(0);
});

describe('v1', () => {
  const { paths, components } = documents.v1;

  test('a tuple has as many items as it has, each of its own kind', () => {
    const tuples: object[] = [];
    const walk = (value: unknown) => {
      if (value === null || typeof value !== 'object') return;
      if ('prefixItems' in value) tuples.push(value);
      Object.values(value).forEach(walk);
    };
    walk(documents.v1);
    expect(tuples.length).toBeGreaterThan(0);
    const check = new Ajv2020().compile(tuples[0]!);
    const values = [[1, 2], [1, 2, 3], [1], [1, 'x'], 1];
    expect(values.map((value) => check(value))).toEqual([true, false, false, false, false]);
  });

  test('logging in with a provider: for anyone, with what they and the provider send', () => {
    const begin = paths['/api/v1/session/oidc']!.get!;
    expect(begin).toMatchObject({ security: [], description: 'For anyone, without authentication.' });
    expect(begin.parameters).toMatchObject([{ name: 'returnTo', in: 'query', schema: { type: 'string' } }]);
    expect(begin.parameters![0]).not.toHaveProperty('required');
    const end = paths['/api/v1/session/oidc/callback']!.get!;
    expect(end.parameters!.map((each) => each.name)).toEqual(['code', 'state', 'iss', 'error', 'error_description']);
  });

  test('a collection: conditions, keys, tags, who may', () => {
    const create = paths['/api/v1/topics']!.post!;
    expect(create.parameters!.map((each) => each.name)).toEqual(['Content-Encoding', 'Idempotency-Key']);
    expect(Object.keys(create.responses)).toEqual([...['201', '400', '401', '403', '409', '413', '415', '422', '503']]);
    expect(create.responses[201]!.headers).toHaveProperty('ETag');
    expect(create).toMatchObject({
      description: 'Needs a credential with the `write` scope. With a session: managers and admins.',
      security: [{ basic: [] }, { session: [] }],
    });
    const update = paths['/api/v1/topics/{id}']!.patch!;
    expect(update.parameters!.map((each) => each.name)).toEqual(['id', 'Content-Encoding', 'If-Match']);
    expect(Object.keys(update.responses)).toEqual(expect.arrayContaining(['412', '415']));
    expect(components.responses[415]).toMatchObject({ headers: { 'Accept-Encoding': {} } });
    const read = paths['/api/v1/topics/{id}']!.get!;
    expect(read.parameters!.map((each) => each.name)).toEqual(['id', 'If-None-Match']);
    expect(Object.keys(read.responses)).toEqual(['200', '304', '400', '401', '403', '404', '503']);
    expect(components.responses[304]).toMatchObject({ headers: { ETag: {} } });
    const list = paths['/api/v1/topics']!.get!;
    expect(list.responses[200]!.content!['application/json']!.schema).toEqual({
      $ref: '#/components/schemas/TopicList',
    });
  });

  test('a call is sent with its words, by JSON and by NDJSON', () => {
    expect(components.schemas.CallInput!.properties).toHaveProperty('transcript');
    expect(components.schemas.CallPatch!.properties).toHaveProperty('transcript');
    const { requestBody, responses } = paths['/api/v1/calls/import']!.post!;
    expect(requestBody!.content).toEqual({
      'application/x-ndjson': { schema: { $ref: '#/components/schemas/CallInput' } },
    });
    expect(responses[200]!.content).toEqual({
      'application/x-ndjson': { schema: { $ref: '#/components/schemas/ImportLine' } },
    });
  });
});

test('two schemas of one name are refused', () => {
  const [one, other] = [Type.String(), Type.Number()].map((a) => Type.Object({ a }, { title: 'Same' }));
  const routes = new Map<string, RouteContract>([
    ['one', get('/one', 'One', {}, one!)],
    ['other', v1('GET', '/other', 'read', 'rep', 'Other', { answer: other! })],
  ]);
  const describe = () => openapiDocument({ title: 'T', version: '1', description: 'D', routes, examples: {} });
  expect(describe).toThrow('Two different schemas are called Same.');
});

describe('served', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  const ask = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, service.url), { headers });

  test.each(names)('/openapi/%s.json: without a credential, and again only where it changed', async (name) => {
    const answer = await ask(`/openapi/${name}.json`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await answer.json()).toEqual(documents[name]);
    const etag = answer.headers.get('etag')!;
    const again = await ask(`/openapi/${name}.json`, { 'if-none-match': `"other", W/${etag}` });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await ask(`/openapi/${name}.json`, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('/docs loads only what is here, and may load nothing else', async () => {
    const answer = await ask('/docs');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await answer.text();
    const policy = answer.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const linked = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target = '']) => target);
    expect(linked).toEqual([
      ...['data:,', 'docs/swagger-ui.css', 'docs/swagger-ui-bundle.js'],
      ...['docs/swagger-ui-standalone-preset.js', 'docs/start.js'],
    ]);
    // The policy would keep these from working.
    expect(page).not.toMatch(/<script>|<style|style=|onload/);
    const files = await Promise.all(linked.slice(1).map((target) => ask(`/${target}`)));
    const types = files.map((file) => file.headers.get('content-type')!.split(';')[0]);
    expect(files.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(types).toEqual(['text/css', 'text/javascript', 'text/javascript', 'text/javascript']);
    const start = await files[3]!.text();
    expect([...start.matchAll(/url: '([^']+)'/g)].map(([, url]) => url)).toEqual([
      'openapi/v2.json',
      'openapi/v1.json',
    ]);
    expect(start).not.toMatch(/https?:/);
  });

  test('no API path is among them', () => {
    expect(allRoutes.filter(({ path }) => /^\/(docs|openapi)/.test(path))).toEqual([]);
  });
});
