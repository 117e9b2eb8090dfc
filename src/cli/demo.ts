import type { Command } from './command.js';

export const demo: Command = {
  name: 'demo',
  summary: 'Run with a demo company.',
  async run() {
    return undefined;
  },
};
