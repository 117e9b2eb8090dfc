import { retryFailedJobs } from '../queue/queue-state.js';
import type { Command } from './command.js';

/** `debrief jobs retry`. */
export const jobsRetry: Command = {
  name: 'jobs retry',
  summary: 'Retry the background jobs that gave up; prints {"retried"}.',
  examples: ['jobs retry'],
  async run({ database }) {
    const { pool } = await database();
    return { retried: await retryFailedJobs(pool) };
  },
};
