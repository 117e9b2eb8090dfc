// Writes the table of settings in docs/configure.md, which is made of src/config.ts's. A test holds the two together.
import { readFileSync, writeFileSync } from 'node:fs';

const { settings } = await import('../dist/config.js');
const path = new URL('../docs/configure.md', import.meta.url);
const cell = (text) => text.replaceAll('|', '\\|');
const rows = settings.map(
  ({ name, default: byDefault, help, secret }) =>
    `| \`${name}\`${secret ? `, \`${name}_FILE\`` : ''} | ${byDefault === null ? '' : `\`${byDefault}\``} | ${cell(help)} |`,
);
const table = ['| name | default | what it is |', '|---|---|---|', ...rows].join('\n');
const text = readFileSync(path, 'utf8').replace(
  /(<!-- settings:[^>]*-->)[\s\S]*?(<!-- end -->)/,
  (_, start, end) => `${start}\n${table}\n${end}`,
);
if (process.argv[2] === '--check') process.exit(text === readFileSync(path, 'utf8') ? 0 : 1);
writeFileSync(path, text);
