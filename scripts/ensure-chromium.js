// node scripts/ensure-chromium.js: prints the path of a Chromium for browser tests, screenshots and benches. Installs
// Debian's where it may. Ends with one line that says what to do where there is none.

import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ON_A_MAC = ['Chromium', 'Google Chrome'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/**
 * The path of Chromium: that of CHROMIUM_PATH, else one that is installed, else Debian's, which is installed now if this
 * is root. Throws if there is none.
 *
 * @param {Record<string, string | undefined>} environment
 * @param {boolean} mayInstall
 * @returns {string}
 */
export function ensureChromium(environment = process.env, mayInstall = process.getuid?.() === 0) {
  const { CHROMIUM_PATH: chosen, PATH = '' } = environment;
  if (chosen) {
    if (!isProgram(chosen)) throw new Error(`CHROMIUM_PATH names ${chosen}, which is no program.`);
    return chosen;
  }
  const find = (names) => PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const installed = () => [...find(NAMES), ...ON_A_MAC].find(isProgram);
  const found = installed();
  if (found !== undefined) return found;
  if (mayInstall && find(['apt-get']).some(isProgram)) {
    // Suites that start at the same time wait for the first. What it says goes to stderr: the path alone is printed.
    const once = 'command -v chromium || { apt-get update -q && apt-get install -q -y chromium; }';
    const options = { env: environment, stdio: ['ignore', 2, 2] };
    try {
      execFileSync('flock', ['/tmp/debrief-chromium.lock', 'sh', '-c', once], options);
    } catch {
      throw new Error('Chromium is missing, and apt-get could not install it: see above.');
    }
  }
  const now = installed();
  if (now !== undefined) return now;
  throw new Error('Chromium is missing: install it (Debian: apt-get install chromium), or set CHROMIUM_PATH to it.');
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(ensureChromium());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
