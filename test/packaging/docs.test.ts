import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { settings } from '#debrief/config.js';

const guides = readdirSync('docs').filter((name) => name.endsWith('.md'));
const documents = ['README.md', ...guides.map((name) => join('docs', name))];

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
