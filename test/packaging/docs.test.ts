import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { settings } from '#debrief/config.js';

const guides = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
const designs = [
  'ARCHITECTURE.md',
  ...guides.filter((name) => name.startsWith('design/')).map((name) => join('docs', name)),
];
const documents = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'bench/README.md'],
  ...guides.map((name) => join('docs', name)),
];

test('docs/ has the settings and the routes as they are in src; `npm run docs` writes them', () => {
  expect(spawnSync(process.execPath, ['scripts/docs.js', '--check']).status).toBe(0);
  const text = readFileSync('docs/configure.md', 'utf8');
  for (const { name } of settings) expect(text).toContain(`| \`${name}\``);
});

test.each(documents)('%s links to what is there', (path) => {
  const text = readFileSync(path, 'utf8');
  for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
    const [file = '', anchor] = target.split('#');
    const linked = file === '' ? path : join(dirname(path), file);
    expect(existsSync(linked), target).toBe(true);
    if (anchor === undefined) continue;
    const headings = [...readFileSync(linked, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(headings).toContain(anchor);
  }
});

test.each(designs)('%s names files and folders that exist', (path) => {
  // The table of folders is the code's own: test/rooms.test.ts.
  const text = readFileSync(path, 'utf8').replaceAll(/^\|.*$/gm, '');
  for (const [, named = ''] of text.matchAll(/`((?:[\w-]+\/)+(?:[\w.-]+\.(?:ts|js|md))?)`/g)) {
    expect(existsSync(named) || existsSync(join('src', named)), named).toBe(true);
  }
});

test('ARCHITECTURE.md lists the design pages, and is short', () => {
  const text = readFileSync('ARCHITECTURE.md', 'utf8');
  for (const page of designs.slice(1)) expect(text).toContain(`](${page})`);
  expect(text.split(/\s+/).length).toBeLessThan(900);
});

test.each(documents)('%s has lines of at most 120 characters, but for tables and code', (path) => {
  let isCode = false;
  const long = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => {
      if (line.startsWith('```')) isCode = !isCode;
      return !isCode && !/^(\|| {4})/.test(line) && line.length > 120;
    });
  expect(long).toEqual([]);
});

test('every setting that a document names is one', () => {
  const known = new Set(settings.map(({ name }) => name));
  for (const path of documents) {
    for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(
      /\b((?:DATABASE|DATA|LOG|TRUST|INGEST|PUBLIC|MAIL|OIDC)_[A-Z_]+)\b/g,
    )) {
      expect(known, `${path}: ${name}`).toContain(name.replace(/_FILE$/, ''));
    }
  }
});
