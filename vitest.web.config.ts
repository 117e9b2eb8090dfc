import { defineConfig } from 'vitest/config';

// The browser suite in full: every page and state in both themes at every width. `npm run test:web`, some minutes.
export default defineConfig({
  test: {
    include: ['test/web/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    env: { DEBRIEF_WEB: 'whole' },
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
