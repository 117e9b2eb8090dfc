import { defineConfig } from 'vitest/config';

// What test/time/zones.test.ts runs under other zones and languages of the machine: suites about times that need no database.
export default defineConfig({
  test: {
    include: [
      'test/time/machine.ts',
      'src/wire/{instants,zoned,written-times}.test.ts',
      'src/services/coaching/plan-schedule.test.ts',
      'src/server/rate-limit/rate-hours.test.ts',
      'src/ingest/csv.test.ts',
      'test/templates/dates.test.ts',
    ],
    pool: 'threads',
    maxWorkers: 1,
    isolate: false,
    testTimeout: 60_000,
  },
});
