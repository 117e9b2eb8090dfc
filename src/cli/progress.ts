/** Progress of a long command: a bar on a terminal, nothing elsewhere. */
export interface Progress {
  /** Sets the fraction done, from 0 to 1. */
  at(fraction: number): void;
  /** Counts one more thing done. */
  count(): void;
  /** Prints a line above the bar. */
  note(line: string): void;
  /** Leaves the bar in place and starts a new line. Does nothing if there is no bar. */
  end(): void;
}

const WIDTH = 30;
const REDRAW_MS = 100;

/** Makes the progress of a command on a stream. */
export function createProgress(title: string, output: NodeJS.WriteStream = process.stderr): Progress {
  const begun = Date.now();
  let fraction = 0;
  let done = 0;
  let drawnAt = 0;
  let ended = false;

  function draw(force: boolean): void {
    const now = Date.now();
    if (!output.isTTY || (!force && now - drawnAt < REDRAW_MS)) return;
    drawnAt = now;
    const filled = Math.round(fraction * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    const rate = done > 0 ? `  ${done}, ${(done / ((now - begun) / 1000 || 1)).toFixed(1)}/s` : '';
    output.write(`\r\x1b[2K${title} ${bar} ${Math.floor(fraction * 100)} %${rate}`);
  }

  return {
    at(value) {
      fraction = Math.min(Math.max(value, 0), 1);
      draw(false);
    },
    count() {
      done += 1;
      draw(false);
    },
    note(line) {
      output.write(`${output.isTTY ? '\r\x1b[2K' : ''}${line}\n`);
      draw(true);
    },
    end() {
      if (ended || drawnAt === 0) return;
      ended = true;
      draw(true);
      output.write('\n');
    },
  };
}
