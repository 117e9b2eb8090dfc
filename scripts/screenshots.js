// npm run screenshots [-- FOLDER]: shows every page and its states in a folder (./screenshots unless given) with an
// index.html. The tests' table of pages says what there is.

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const folder = resolve(process.argv[2] ?? 'screenshots');
const { status } = spawnSync('npx', ['vitest', 'run', '--config', 'vitest.web.config.ts'], {
  stdio: 'inherit',
  env: { ...process.env, DEBRIEF_SCREENSHOTS: folder },
});
if (status === 0) console.log(`Open ${resolve(folder, 'index.html')}`);
process.exitCode = status ?? 1;
