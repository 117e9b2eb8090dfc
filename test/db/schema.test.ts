import { spawnSync } from 'node:child_process';
import { expect, inject, test } from 'vitest';

test('src/db/schema.ts has the tables as migrations make them; `npm run schema` writes it', () => {
  const checked = spawnSync(process.execPath, ['scripts/schema.js', '--check', inject('databaseUrl')]);
  expect(checked.stderr.toString()).toBe('');
  expect(checked.status).toBe(0);
});
