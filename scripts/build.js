// Compiles src/ into dist/, bundles the web app, and copies what is not TypeScript. The new build replaces the old one in
// one rename, so that a process starting meanwhile never loads half of each.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const staging = join(root, `dist.${process.pid}`);
const old = join(root, `dist.${process.pid}.old`);

function compilerPath() {
  try {
    // The package exports no path to its command, only its package.json.
    return join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  } catch {
    console.error('The TypeScript compiler is not installed: run `npm ci` (without --omit=dev) first.');
    process.exit(1);
  }
}

/** What the page at /docs needs of swagger-ui, with its licence; so that it is no dependency of a server. */
const PAGE_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js', 'LICENSE', 'NOTICE'];

function copyPage() {
  const from = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const to = join(staging, 'server', 'swagger-ui');
  mkdirSync(to);
  for (const name of PAGE_FILES) copyFileSync(join(from, name), join(to, name));
}

try {
  const compiled = spawnSync(
    process.execPath,
    [compilerPath(), '-p', join(root, 'tsconfig.json'), '--outDir', staging],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  if (compiled.status !== 0) process.exit(compiled.status ?? 1);
  copyPage();
  // Loaded only now: without the compiler, whoever builds is told what is missing.
  const { buildWeb } = await import('./build-web.js');
  await buildWeb(root, staging);
  if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
  renameSync(staging, join(root, 'dist'));
} finally {
  rmSync(staging, { recursive: true, force: true });
  rmSync(old, { recursive: true, force: true });
}
