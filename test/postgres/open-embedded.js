// Opens an embedded server as a process of its own, for tests to kill: prints one JSON line an event, and
// stops when a line comes on its input.
import { openEmbeddedOn, THIS_MACHINE } from '#debrief/postgres/embedded.js';

const { machine, dataDir, mode } = JSON.parse(process.argv[2]);
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

process.on('SIGINT', () => say({ interrupted: true }));
try {
  const server = await openEmbeddedOn(
    { ...THIS_MACHINE, ...machine },
    { dataDir, mode, log: (line) => say({ log: line }), onFatal: (error) => say({ fatal: error.message }) },
  );
  say({ ready: server.connection, owned: server.owned });
  process.stdin.once('data', async () => {
    process.stdin.destroy();
    await server.stop();
    say({ stopped: true });
  });
} catch (error) {
  say({ failed: error.message, code: error.code });
  process.exitCode = 1;
}
