import { defineConfig } from 'vitest/config';

// The browser suite in full: every page and state in both themes at every width. `npm run test:web`, some minutes. With
// DEBRIEF_SCREENSHOTS, `npm run screenshots` puts them into that folder instead.
export default defineConfig({
  test: {
    include: [process.env.DEBRIEF_SCREENSHOTS ? 'test/web/screenshots.ts' : 'test/web/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    env: { DEBRIEF_WEB: 'whole' },
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
