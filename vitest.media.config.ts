import { defineConfig } from 'vitest/config';

// The longer forms of suites about recordings: `npm run test:media`.
export default defineConfig({
  test: {
    include: ['test/media/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: 1,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
