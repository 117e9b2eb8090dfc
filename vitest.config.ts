import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // For `npm run test:media`: what takes minutes, or plays sound, which a browser can't do in time on a busy machine.
    // For `npm run test:web`: what goes through every flow once more, by keyboard.
    exclude: [
      'test/real/**',
      'test/media/{browser-recording,seeking,speech-memory,spoken-call}.test.ts',
      'test/web/keyboard.test.ts',
    ],
    globalSetup: ['test/support/global-setup.ts'],
    // The machines this runs on have two cores; each file may start processes of its own.
    maxWorkers: 2,
    // Suites share what they import: loading it anew for each of them took two minutes of CPU. None of it keeps what could be
    // seen elsewhere: suites have accounts of their own, and what changes a process runs in one of its own.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What comes by itself comes late on a busy machine.
    expect: { poll: { timeout: 15_000 } },
  },
});
