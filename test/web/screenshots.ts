import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, test } from 'vitest';
import { startService } from '../support/service.js';
import { browserSuite } from './browser-suite.js';
import { makeDemo } from './demo-suite.js';
import { PAGE_STATES } from './pages/index.js';
import { openState } from './pages/state.js';

// What `npm run screenshots` runs.

const folder = process.env.DEBRIEF_SCREENSHOTS!;
const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 900 },
  { width: 1920, height: 1080 },
];
const THEMES = ['light', 'dark'] as const;

const service = await startService();
const demo = await makeDemo(service, { isSpoken: true });
const browser = browserSuite();
afterAll(() => service.close());

const fileOf = (name: string, width: number, theme: string) => `${name}-${width}-${theme}.png`;

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'index.html'), index());

for (const state of PAGE_STATES) {
  for (const theme of THEMES) {
    test(`${state.name}, ${theme}`, async () => {
      // What moves has come to its end.
      const { page, context } = await openState(demo, browser.open, state, {
        dark: theme === 'dark',
        reducedMotion: true,
      });
      for (const { width, height } of SIZES) {
        await page.setViewportSize({ width, height });
        await page.evaluate(settled);
        await page.screenshot({ path: join(folder, fileOf(state.name, width, theme)) });
      }
      await context.close();
    });
  }
}

/** In the page: what follows from its new size has been drawn. */
async function settled(): Promise<void> {
  await document.fonts.ready;
  for (let frame = 0; frame < 10; frame++) await new Promise(requestAnimationFrame);
}

/** A page that has each state in a row, with all sizes and themes beside each other. */
function index(): string {
  const rows = PAGE_STATES.map(({ name, who }) => {
    const images = SIZES.flatMap(({ width, height }) =>
      THEMES.map((theme) => {
        const file = fileOf(name, width, theme);
        const caption = `${width} px, ${theme}`;
        return `<a href="${file}"><img src="${file}" alt="${name}, ${caption}" title="${caption}" width="${width / 3}" height="${height / 3}" loading="lazy"></a>`;
      }),
    );
    return `<h2 id="${name}">${name} (${who})</h2>\n<p>${images.join('\n')}</p>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Debrief's pages</title>
<style>
  body { font-family: system-ui; margin: 24px; background: #888 }
  p { display: flex; gap: 12px; align-items: flex-start }
</style>
<h1>Debrief's pages</h1>
${rows.join('\n')}
</html>
`;
}
