import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from './service.js';

/** An S3 API that checks signatures: OpenStack Swift, as Debian has it. */
export interface Swift {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

const KINDS = ['object', 'container', 'account'] as const;

const RINGS = `
import sys
from swift.common.ring import RingBuilder
for kind, port in zip(('object', 'container', 'account'), sys.argv[2:]):
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({'id': 0, 'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': int(port), 'device': 'disk',
        'replication_ip': '127.0.0.1', 'replication_port': int(port), 'weight': 1.0, 'meta': ''})
    builder.rebalance()
    builder.get_ring().save(sys.argv[1] + '/' + kind + '.ring.gz')
`;

/** Starts its four servers, and the memcached that its log-in needs, on free ports, with their files in a temporary folder. */
export async function startSwift(): Promise<Swift> {
  const programs = [...KINDS.map((kind) => `swift-${kind}-server`), 'swift-proxy-server', 'memcached'];
  const missing = programs.filter((program) => spawnSync('which', [program]).status !== 0);
  if (missing.length > 0) {
    const packages = missing.map((program) => program.replace('-server', '')).join(' ');
    throw new Error(`${missing.join(', ')} is missing: apt-get install ${packages}`);
  }
  const dir = await mkdtemp(join(tmpdir(), 'debrief-swift-'));
  await mkdir(join(dir, 'devices', 'disk'), { recursive: true });
  const [memcachedPort, ...ports] = (await freePorts(5)) as [number, ...number[]];
  const [proxyPort, ...backPorts] = ports as [number, ...number[]];
  await promisify(execFile)('/usr/bin/python3', ['-c', RINGS, dir, ...backPorts.map(String)]);
  const common = (port: number) => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
user = ${userInfo().username}
swift_dir = ${dir}
devices = ${join(dir, 'devices')}
mount_check = false
fallocate_reserve = 0
workers = 0
`;
  const accessKeyId = 'test:tester';
  const secretAccessKey = 'testing';
  await writeFile(
    join(dir, 'proxy.conf'),
    `${common(proxyPort)}[pipeline:main]
pipeline = catch_errors listing_formats cache s3api tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${memcachedPort}
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_${accessKeyId.replace(':', '_')} = ${secretAccessKey} .admin
[filter:slo]
use = egg:swift#slo
`,
  );
  for (const [index, kind] of KINDS.entries()) {
    await writeFile(
      join(dir, `${kind}.conf`),
      `${common(backPorts[index]!)}[pipeline:main]
pipeline = ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
`,
    );
  }
  const servers = [...KINDS, 'proxy' as const].map((kind) =>
    spawn(`swift-${kind}-server`, [join(dir, `${kind}.conf`)], { stdio: 'ignore' }),
  );
  const memcached = ['-l', '127.0.0.1', '-p', String(memcachedPort), '-u', userInfo().username];
  servers.push(spawn('memcached', memcached, { stdio: 'ignore' }));
  const endpoint = `http://127.0.0.1:${proxyPort}`;
  const stop = async () => {
    await Promise.all(servers.map(end));
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await until(async () => (await Promise.all(ports.map(answers))).every(Boolean));
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, accessKeyId, secretAccessKey, stop };
}

async function answers(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
  await answer?.body?.cancel();
  return answer !== null;
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
}

/** All are open at once, so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const open = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = open.map((server) => (server.address() as { port: number }).port);
  await Promise.all(open.map((server) => once(server.close(), 'close')));
  return ports;
}
