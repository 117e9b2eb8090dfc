import { totalmem } from 'node:os';

const MB = 1024 * 1024;

/**
 * The server's settings, as command-line arguments, so that each version of Debrief has its own. They are durable
 * (fsync and synchronous commits stay on), and leave memory to the Node processes on the same machine.
 */
export function serverSettings(socketDir: string, port: number): string[] {
  const memory = memoryBytes();
  const settings: Record<string, string> = {
    // A socket in a private directory; no TCP.
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    port: String(port),
    max_connections: '100',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    shared_buffers: megabytes(memory / 8, 32, 1024),
    effective_cache_size: megabytes(memory / 2, 64, 1024 * 1024),
    maintenance_work_mem: megabytes(memory / 32, 32, 512),
    // With the default, bulk imports would checkpoint every few seconds.
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    // Our queries are short: compiling one costs more than it saves.
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    log_destination: 'stderr',
    log_line_prefix: '%m [%p] ',
    log_checkpoints: 'off',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The machine's memory, or the container's limit, in bytes. */
function memoryBytes(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

function megabytes(bytes: number, least: number, most: number): string {
  return `${Math.min(most, Math.max(least, Math.floor(bytes / MB)))}MB`;
}
