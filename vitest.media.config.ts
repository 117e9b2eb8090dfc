import { defineConfig } from 'vitest/config';

// All recordings through both engines and a browser, some minutes: `npm run test:media`.
export default defineConfig({
  test: {
    include: ['test/media/**/*.test.ts'],
    env: { DEBRIEF_MEDIA: 'whole' },
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
