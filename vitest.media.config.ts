import { defineConfig } from 'vitest/config';

// Recordings of all formats through all engines and a browser, the largest upload, and many kills, some minutes:
// `npm run test:media`.
export default defineConfig({
  test: {
    include: ['test/media/**/*.test.ts', 'test/recordings/{upload-memory,kills}.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    env: { DEBRIEF_MEDIA: 'whole' },
    maxWorkers: 1,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
