import { type CommandResult, type StartedCommand, startCommand } from './command.js';
import { until } from './service.js';

/** A real `debrief serve`, a process of its own. */
export interface Served {
  readonly url: string;
  readonly pid: number;
  readonly command: StartedCommand;
  /** All that it has printed. */
  log(): string;
  /** Ends it as its host would, with its workers. */
  stop(): Promise<CommandResult>;
}

/** Starts it, and waits until it listens. Fails with what it said if it ends before, or takes more than a minute. */
export async function serve(settings?: Record<string, string>): Promise<Served> {
  const command = startCommand(['serve'], settings);
  const child = command.process;
  let log = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (text: string) => {
      log += text;
    });
  }
  const stop = () => {
    child.kill('SIGTERM');
    return command.ended;
  };
  const url = () => /Debrief listens on (\S+)/.exec(log)?.[1];
  try {
    await until(
      async () => {
        if (child.exitCode !== null) throw new Error(`serve ended: ${log}`);
        return url() !== undefined;
      },
      { seconds: 60, left: async () => log },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: url()!, pid: child.pid!, command, log: () => log, stop };
}
