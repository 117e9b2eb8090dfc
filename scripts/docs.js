// Writes what documents say of the code: the table of settings in docs/configure.md from src/config.ts, and
// docs/openapi/ from the route table. With --check it only says whether they are so. A test holds them together.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const { settings } = await import('../dist/config.js');
const { apiDocuments } = await import('../dist/server/api-documents.js');

const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
const cell = (text) => text.replaceAll('|', '\\|');

function configureText() {
  const rows = settings.map(
    ({ name, default: byDefault, help, secret }) =>
      `| \`${name}\`${secret ? `, \`${name}_FILE\`` : ''} | ${byDefault === null ? '' : `\`${byDefault}\``} | ${cell(help)} |`,
  );
  const table = ['| name | default | what it is |', '|---|---|---|', ...rows].join('\n');
  return read(docs('configure.md')).replace(
    /(<!-- settings:[^>]*-->)[\s\S]*?(<!-- end -->)/,
    (_, start, end) => `${start}\n${table}\n${end}`,
  );
}

const docs = (name) => new URL(`../docs/${name}`, import.meta.url);
const written = [
  [docs('configure.md'), configureText()],
  ...Object.entries(apiDocuments).map(([name, document]) => [
    docs(`openapi/${name}`),
    `${JSON.stringify(document(), null, 2)}\n`,
  ]),
];
const changed = written.filter(([path, text]) => text !== read(path));
if (process.argv[2] === '--check') process.exit(changed.length === 0 ? 0 : 1);
for (const [path, text] of changed) writeFileSync(path, text);
