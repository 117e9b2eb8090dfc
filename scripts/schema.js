// Writes src/db/schema.ts: the tables as the queries see them, read from a migrated database. Without a URL it starts a
// database of its own in a temporary folder. With --check it only says whether the file is so; a test does that.
//
// Not kysely-codegen: it brings 50 packages and a second TypeScript, and has no text that only takes certain words.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { openEmbedded } = await import('../dist/postgres/embedded.js');
const { createPool } = await import('../dist/db/connection/pool.js');
const { migrate } = await import('../dist/db/connection/migrate.js');

const FILE = new URL('../src/db/schema.ts', import.meta.url);

/** How the driver reads a type (src/db/connection/pool.ts) and what it takes for it; some are in src/db/columns.ts. */
const TYPES = {
  text: 'string',
  'text[]': 'string[]',
  uuid: 'string',
  xid8: 'string',
  json: 'string',
  tsvector: 'string',
  boolean: 'boolean',
  smallint: 'number',
  integer: 'number',
  bigint: 'number',
  'double precision': 'number',
  bytea: 'Buffer',
  date: 'CalendarDate',
  'timestamp with time zone': 'Timestamp',
  'integer[]': 'number[]',
  'timestamp with time zone[]': 'Timestamps',
};

const COLUMNS = `
  select c.relname as "table", a.attname as name, format_type(a.atttypid, null) as type, not a.attnotnull as nullable,
    a.atthasdef or a.attidentity = 'd' as optional, a.attgenerated <> '' or a.attidentity = 'a' as generated,
    (select pg_get_constraintdef(k.oid) from pg_constraint k where k.conrelid = c.oid and k.contype = 'c'
      and k.conkey = array[a.attnum] and pg_get_constraintdef(k.oid) like '%= ANY (ARRAY[%') as allowed
  from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind in ('r', 'p')
  order by c.relname collate "C", a.attnum`;

function columnType({ table, name, type, nullable, optional, generated, allowed }) {
  const words = [...(allowed ?? '').matchAll(/'([^']+)'::text/g)].map(([, word]) => `'${word}'`);
  const read = words.length > 0 ? words.join(' | ') : TYPES[type];
  if (read === undefined)
    throw new Error(`${table}.${name} is ${type}: say in scripts/schema.js how the driver reads it`);
  const value = nullable ? `${read} | null` : read;
  if (generated) return `GeneratedAlways<${value}>`;
  return optional ? `Generated<${value}>` : value;
}

/** The file's text, laid out as Biome does. */
function schemaText(columns) {
  const lines = [];
  let table;
  for (const column of columns) {
    if (column.table !== table) lines.push(...(table === undefined ? [] : ['  };']), `  ${column.table}: {`);
    table = column.table;
    lines.push(`    ${column.name}: ${columnType(column)};`);
  }
  const tables = ['export interface Tables {', ...lines, '  };', '}'].join('\n');
  const used = ['CalendarDate', 'Generated', 'GeneratedAlways', 'Timestamp', 'Timestamps'].filter((name) =>
    new RegExp(`\\b${name}\\b`).test(tables),
  );
  return `// Written by \`npm run schema\` from the migrated database: not by hand.
import type { ${used.join(', ')} } from './columns.js';

${tables}
`;
}

async function readColumns(connection, prepare = async () => {}) {
  const pool = createPool({ connection, max: 2, onError: () => {} });
  try {
    await prepare(pool);
    return (await pool.query(COLUMNS)).rows;
  } finally {
    await pool.end();
  }
}

/** The columns of a database that is started for this alone. */
async function readOwnColumns() {
  const dataDir = mkdtempSync(join(tmpdir(), 'debrief-schema-'));
  // As root, PostgreSQL runs as another user, who must be able to pass through.
  chmodSync(dataDir, 0o711);
  const onFatal = (error) => {
    throw error;
  };
  const server = await openEmbedded({ dataDir, mode: 'serve', log: () => {}, onFatal });
  try {
    return await readColumns(server.connection, (pool) => migrate(pool, () => {}));
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const given = process.argv.slice(2);
const url = given.find((argument) => argument !== '--check');
const text = schemaText(await (url === undefined ? readOwnColumns() : readColumns({ connectionString: url })));
if (!given.includes('--check')) writeFileSync(FILE, text);
else if (text !== readFileSync(FILE, 'utf8')) process.exitCode = 1;
