import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { COMMON, rooms } from '../scripts/rooms.js';

const { dirname, join, normalize } = posix;

/** What each file of `src` imports: files as paths within `src`, modules by their names. */
type Imports = ReadonlyMap<string, readonly string[]>;

const IMPORT = /(?:^import|\bfrom|\bimport\()\s*['"]([^'"]+)['"]/gm;

/** The file that an import names: the compiled one's name stands for it. */
function fileOf(path: string): string {
  const name = normalize(path).replace(/\.js$/, '');
  return existsSync(join('src', `${name}.tsx`)) ? `${name}.tsx` : `${name}.ts`;
}

function importsOfSource(): Imports {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  return new Map(
    files
      .filter((name) => !name.endsWith('.test.ts'))
      .map((name) => [
        name,
        [...readFileSync(join('src', name), 'utf8').matchAll(IMPORT)].map(([, from = '']) =>
          from.startsWith('.') ? fileOf(join(dirname(name), from)) : from,
        ),
      ]),
  );
}

const roomOf = new Map(
  rooms.flatMap((room) => [
    [room.folder, room] as const,
    ...(room.subjects ?? '').split(' ').map((subject) => [join(room.folder, subject), room] as const),
  ]),
);
const allowed = (imports: string) =>
  imports.split(' ').flatMap((name) => {
    if (!name.endsWith('/*')) return [name];
    return rooms.map(({ folder }) => folder).filter((folder) => folder.startsWith(name.slice(0, -1)));
  });

/** What of these imports the table of rooms does not allow, in words. */
function breaches(imports: Imports): string[] {
  const found: string[] = [];
  for (const [name, targets] of imports) {
    const room = roomOf.get(dirname(name));
    if (dirname(name) === '.') {
      if (!COMMON.includes(name) && name !== 'main.ts') found.push(`${name} is in no room`);
      for (const target of targets.filter((target) => imports.has(target) && name !== 'main.ts')) {
        if (!COMMON.includes(target)) found.push(`${name} imports ${target}`);
      }
      continue;
    }
    if (room === undefined) {
      found.push(`${dirname(name)}/ has no row in scripts/rooms.js`);
      continue;
    }
    for (const target of targets) {
      const isOurs = imports.has(target);
      const targetRoom = roomOf.get(dirname(target));
      const isFine = !isOurs
        ? !(room.browser && target.startsWith('node:'))
        : dirname(target) === '.'
          ? COMMON.includes(target) && !room.browser
          : targetRoom === room || allowed(room.imports).includes(targetRoom?.folder ?? '');
      if (!isFine) found.push(`${name} imports ${target}`);
    }
  }
  return found;
}

/** The first circle of files that import each other; none is the rule. */
function circle(imports: Imports): string | null {
  const done = new Set<string>();
  const follow = (name: string, path: readonly string[]): string | null => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name].join(' → ');
    if (done.has(name)) return null;
    for (const target of imports.get(name) ?? []) {
      const found = follow(target, [...path, name]);
      if (found !== null) return found;
    }
    done.add(name);
    return null;
  };
  for (const name of imports.keys()) {
    const found = follow(name, []);
    if (found !== null) return found;
  }
  return null;
}

const source = importsOfSource();
const withFile = (name: string, ...targets: string[]): Imports => new Map([...source, [name, targets]]);

test('every file imports from rooms that its own may import', () => {
  expect(source.size).toBeGreaterThan(200);
  expect(breaches(source)).toEqual([]);
});

test.each([
  ['a lower room imports a higher one', 'db/new.ts', 'services/audit.ts', 'db/new.ts imports services/audit.ts'],
  ['a subject imports one above it', 'services/people/new.ts', 'services/calls/calls.ts', 'imports services/calls'],
  ['a file imports the wiring', 'cli/new.ts', 'main.ts', 'cli/new.ts imports main.ts'],
  ['a common file imports a room', 'errors.ts', 'wire/json.ts', 'errors.ts imports wire/json.ts'],
  ['the client imports what is common', 'client/new.ts', 'config.ts', 'client/new.ts imports config.ts'],
  ['the client imports a module of Node', 'client/new.ts', 'node:fs', 'client/new.ts imports node:fs'],
  ['a folder has no row', 'attic/new.ts', 'errors.ts', 'attic/ has no row in scripts/rooms.js'],
  ['a folder within a room is not named', 'db/attic/new.ts', 'errors.ts', 'db/attic/ has no row in scripts/rooms.js'],
  ['a file lies in src itself', 'new.ts', 'errors.ts', 'new.ts is in no room'],
])('a breach is found: %s', (_, name, target, breach) => {
  expect(breaches(withFile(name, target))).toEqual([expect.stringContaining(breach)]);
});

test('rooms stand in the table above all that import them, and import all that they may', () => {
  const order = rooms.map(({ folder }) => folder);
  for (const { folder, imports } of rooms) {
    const names = imports === '' ? [] : allowed(imports);
    for (const name of names) expect(order.indexOf(name), `${folder} → ${name}`).toBeLessThan(order.indexOf(folder));
    const used = [...source].filter(([name]) => roomOf.get(dirname(name))?.folder === folder).flatMap(([, to]) => to);
    for (const name of names.filter((name) => !imports.includes(`${name.split('/')[0]}/*`))) {
      expect(
        used.some((target) => roomOf.get(dirname(target))?.folder === name),
        `${folder} → ${name}`,
      ).toBe(true);
    }
  }
});

test('no files import each other in a circle', () => {
  expect(circle(source)).toBeNull();
  expect(circle(withFile('db/feed.ts', 'db/page-start.ts'))).toContain('db/feed.ts → db/page-start.ts');
});

test('queries are in db/ and queue/ alone', () => {
  const queries = (imports: Imports) =>
    [...imports].filter(([name, targets]) => targets.includes('kysely') && !/^(db|queue)\//.test(name));
  expect(queries(source).map(([name]) => name)).toEqual([]);
  expect(queries(withFile('services/new.ts', 'kysely'))).toHaveLength(1);
});
