import { retryFailedJobs } from '../queue/queue-state.js';
import type { Command } from './command.js';

export const jobsRetry: Command = {
  name: 'jobs retry',
  summary: 'Give background jobs that gave up another round of attempts; prints {"retried"}.',
  examples: ['jobs retry'],
  async run({ database }) {
    const { pool } = await database();
    return { retried: await retryFailedJobs(pool) };
  },
};
