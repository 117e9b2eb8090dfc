// Writes what documents say of the code: the table of settings in docs/configure.md from src/config.ts, the table of
// folders in ARCHITECTURE.md from rooms.js, and docs/openapi/ from the route table. With --check it only says whether they are so. A test holds them together.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rooms } from './rooms.js';

const { settings } = await import('../dist/config.js');
const { apiDocuments } = await import('../dist/server/openapi/api-documents.js');

const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
const cell = (text) => text.replaceAll('|', '\\|');

function configureText() {
  const rows = settings.map(
    ({ name, default: byDefault, help, secret }) =>
      `| \`${name}\`${secret ? `, \`${name}_FILE\`` : ''} | ${byDefault === null ? '' : `\`${byDefault}\``} | ${cell(help)} |`,
  );
  return withTable(docs('configure.md'), 'settings', ['| name | default | what it is |', '|---|---|---|', ...rows]);
}

function architectureText() {
  const rows = rooms.map(({ folder, what, imports }) => {
    const names = imports === '' ? 'nothing' : imports.split(' ').join(', ');
    return `| \`${folder}/\` | ${what} | ${names} |`;
  });
  return withTable(architecture, 'rooms', ['| folder | what it is | may import |', '|---|---|---|', ...rows]);
}

/** A document's text with these lines between `<!-- NAME: … -->` and `<!-- end -->`. */
function withTable(path, name, lines) {
  return read(path).replace(new RegExp(`(<!-- ${name}:[^>]*-->)[\\s\\S]*?(<!-- end -->)`), (_, start, end) =>
    [start, ...lines, end].join('\n'),
  );
}

const architecture = new URL('../ARCHITECTURE.md', import.meta.url);

const docs = (name) => new URL(`../docs/${name}`, import.meta.url);
const written = [
  [docs('configure.md'), configureText()],
  [architecture, architectureText()],
  ...Object.entries(apiDocuments).map(([name, document]) => [
    docs(`openapi/${name}`),
    `${JSON.stringify(document(), null, 2)}\n`,
  ]),
];
const changed = written.filter(([path, text]) => text !== read(path));
if (process.argv[2] === '--check') process.exit(changed.length === 0 ? 0 : 1);
for (const [path, text] of changed) writeFileSync(path, text);
