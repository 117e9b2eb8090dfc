import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settings } from '#debrief/config.js';
import { until } from '../support/service.js';
import { buildImage, PLAYER, readDockerfile, startIn } from './dockerfile.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'debrief-image-'));
  await chmod(dir, 0o755);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const read = (path: string) => readFileSync(path, 'utf8');

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return String(port);
}

describe('Dockerfile', () => {
  test('its steps, one by one, make a server that becomes healthy and ends in good order', async () => {
    const image = await buildImage(read('Dockerfile'), '.', dir);
    expect(readdirSync(image.workDir).sort()).toEqual([
      ...['.npmrc', 'bin', 'dist', 'migrations', 'node_modules', 'package-lock.json', 'package.json'],
    ]);
    for (const name of ['vitest', '@biomejs']) {
      expect(existsSync(join(image.workDir, 'node_modules', name)), name).toBe(false);
    }
    // A library may take the compiler if it is there, so npm leaves it in: nothing needs it.
    await rm(join(image.workDir, 'node_modules', 'typescript'), { recursive: true, force: true });
    const port = await freePort();
    const check = async () => (await once(startIn(image, image.healthCheck, { PORT: port }), 'exit'))[0];
    expect(await check()).toBe(1);
    const server = startIn(image, image.command, { PORT: port });
    let output = '';
    server.stdout!.on('data', (text) => {
      output += text;
    });
    server.stderr!.on('data', (text) => {
      output += text;
    });
    try {
      await until(
        async () => {
          if (server.exitCode !== null) throw new Error(`it ended: ${output}`);
          return (await check()) === 0;
        },
        { seconds: 60 },
      );
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
      expect(await ready.json()).toEqual({ status: 'ready' });
      const { uid } = await stat(join(image.dir, 'data', 'postgres', 'cluster'));
      expect(uid).toBe(PLAYER.ids.uid ?? process.getuid!());
    } finally {
      if (server.exitCode === null) {
        server.kill('SIGTERM');
        await once(server, 'exit');
      }
    }
    expect(server.exitCode, output).toBe(0);
    // Two installs and a build: a quarter of a minute here, more where other tests run beside it.
  }, 180_000);

  test('it runs as an ordinary user, and holds no secret', () => {
    const last = readDockerfile(read('Dockerfile')).at(-1)!;
    const words = last.steps.map(({ word }) => word);
    expect(last.steps.find(({ word }) => word === 'USER')!.rest).toBe('node');
    expect(words.indexOf('USER')).toBeGreaterThan(words.lastIndexOf('RUN'));
    expect(read('Dockerfile')).not.toMatch(/password|secret|token|ARG /i);
    for (const { from } of readDockerfile(read('Dockerfile'))) expect(from).toBe('node:20-slim');
  });
});

/** The unit's settings, by section; a setting may be given more than once. */
function readUnit(text: string): Record<string, Record<string, string[]>> {
  const unit: Record<string, Record<string, string[]>> = {};
  let section = '';
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const heading = /^\[(\w+)\]$/.exec(line)?.[1];
    if (heading) {
      section = heading;
      unit[section] = {};
      continue;
    }
    const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name === '') throw new Error(`not understood: ${line}`);
    const values = unit[section]!;
    values[name] = [...(values[name] ?? []), value];
  }
  return unit;
}

describe('debrief.service', () => {
  const text = read('packaging/debrief.service');

  test('says who runs it, how it ends, and what it may not do', () => {
    const { Service, Install } = readUnit(text) as Record<'Service' | 'Install', Record<string, string[]>>;
    expect(Service).toMatchObject({
      User: ['debrief'],
      ExecStart: ['/usr/bin/node /opt/debrief/bin/debrief.js serve'],
      Restart: ['on-failure'],
      KillMode: ['mixed'],
      TimeoutStopSec: ['120'],
      NoNewPrivileges: ['yes'],
      ProtectSystem: ['strict'],
      CapabilityBoundingSet: [''],
    });
    // V8 makes code as it runs.
    expect(Service).not.toHaveProperty('MemoryDenyWriteExecute');
    // Commands beside the service reach its socket.
    expect(Service).not.toHaveProperty('PrivateTmp');
    expect(Install).toEqual({ WantedBy: ['multi-user.target'] });
    const known = new Set(['NODE_ENV', 'TMPDIR', ...settings.map(({ name }) => name)]);
    for (const pair of Service.Environment!) expect(known).toContain(pair.split('=')[0]);
  });

  test.skipIf(spawnSync('systemd-analyze', ['--version']).error)('systemd takes it', async () => {
    const path = join(dir, 'debrief.service');
    await writeFile(path, text.replaceAll('/usr/bin/node', process.execPath).replaceAll('/opt/debrief', process.cwd()));
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    // It may complain of other units of the machine.
    expect(`${stdout}${stderr}`).not.toContain('debrief.service:');
  });
});

describe('compose.yaml', () => {
  const text = read('compose.yaml');

  test('its services wait for a healthy PostgreSQL 18, and its password comes from outside', () => {
    expect(text).toContain('image: postgres:18\n');
    // Where the image of PostgreSQL 18 keeps its data.
    expect(text).toContain('- database:/var/lib/postgresql\n');
    expect(text).toContain('condition: service_healthy');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose fills it in
    const password = '${POSTGRES_PASSWORD:?is not set}';
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose fills it in
    expect(text.match(/\$\{[^}]+\}/g)).toEqual([password, '${SETUP_TOKEN:-}', password]);
    expect(text).toContain('command: ["node", "bin/debrief.js", "work"]');
    // Nothing is open to other machines until a proxy is.
    expect(text.match(/- "[\d.:]+"/g)).toEqual(['- "127.0.0.1:8080:8080"']);
    expect(text).not.toContain('\t');
  });

  test('is YAML that says so', async (context) => {
    // One comes with our development tools; none is a dependency of ours.
    const parser = 'yaml';
    const yaml = await import(parser).catch(() => context.skip());
    const { services, volumes } = yaml.parse(text, { merge: true });
    expect(Object.keys(services)).toEqual(['database', 'api', 'worker']);
    for (const name of ['api', 'worker']) {
      expect(services[name].depends_on).toEqual({ database: { condition: 'service_healthy' } });
      const known = new Set(settings.map((setting) => setting.name));
      for (const key of Object.keys(services[name].environment)) expect(known).toContain(key);
    }
    expect(services.database.healthcheck.test[1]).toBe('pg_isready');
    expect(Object.keys(volumes)).toEqual(['database']);
  });
});
