import { type CommandResult, type StartedCommand, startCommand } from './command.js';
import { until } from './service.js';

/** A real `debrief serve`, a process of its own. */
export interface Served {
  readonly url: string;
  readonly pid: number;
  readonly command: StartedCommand;
  /** Ends it as its host would, with its workers. */
  stop(): Promise<CommandResult>;
}

/** Starts it, and waits until it listens. Fails with what it said if it ends before. */
export async function serve(settings: Record<string, string>): Promise<Served> {
  const command = startCommand(['serve'], settings);
  const child = command.process;
  let said = '';
  child.stderr!.on('data', (text: string) => {
    said += text;
  });
  const url = () => /Debrief listens on (\S+)/.exec(said)?.[1];
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`serve ended: ${said}`);
    return url() !== undefined;
  });
  return {
    url: url()!,
    pid: child.pid!,
    command,
    stop() {
      child.kill('SIGTERM');
      return command.ended;
    },
  };
}
