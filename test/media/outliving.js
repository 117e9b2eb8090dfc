// Runs a program within limits, for a test that kills this process: node outliving.js PROGRAM ARGUMENT…
import { runLimited } from '#debrief/adapters/media/limited-process.js';

const [program, ...args] = process.argv.slice(2);
await runLimited({
  program,
  args,
  limits: { cpuSeconds: 60, fileBytes: 0 },
  signal: new AbortController().signal,
  onLine: (line) => console.log(line),
});
