/** How far a long command is: a bar on a terminal, nothing where output is not one. */
export interface Progress {
  /** From 0 to 1. */
  at(fraction: number): void;
  /** One more thing done. */
  count(): void;
  /** A line for the person, above the bar. */
  note(line: string): void;
  /** Leaves the bar as it is, and goes to the next line. Without a bar it does nothing. */
  end(): void;
}

const WIDTH = 30;
const REDRAW_MS = 100;

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
