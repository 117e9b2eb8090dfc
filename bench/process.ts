// A bench of one build, in its own process: stores the data that the bench needs, then measures the variants it is told
// to.

import { benches } from './benches.js';
import type { Figures, Prepared, Variant } from './support/bench.js';
import { type KeptSite, openSite, type Site } from './support/site.js';

/** One measurement to make. */
export interface Task {
  readonly variant: string;
  readonly round: number;
}

/** A message to the parent process. */
export type Reply =
  | { readonly kind: 'said'; readonly line: string }
  | { readonly kind: 'ready'; readonly variants: readonly Omit<Variant, 'run'>[]; readonly postgres: string | null }
  | { readonly kind: 'measured'; readonly figures: Figures }
  | { readonly kind: 'failed'; readonly error: string };

const reply = (answer: Reply) => process.send?.(answer);
const failed = (error: Error) => reply({ kind: 'failed', error: error.message.split('\r\n')[0]! });

let site: Promise<Site> | undefined;
const sites = (kept?: KeptSite) => {
  site ??= openSite(kept);
  return site;
};
let prepared: Prepared | undefined;
let closing: Promise<void> | undefined;

// The million calls are removed even after Ctrl-C, or if the parent has gone.
function close(): Promise<void> {
  closing ??= (async () => {
    await prepared?.close?.();
    // If it could not be made, there is nothing to close, and why has been told.
    await (await site?.catch(() => undefined))?.close();
    process.exit();
  })();
  return closing;
}
process.once('SIGINT', close);
process.once('disconnect', close);

async function postgresVersion(): Promise<string | null> {
  const version = await (await site)?.pool.query('show server_version');
  return version?.rows[0].server_version ?? null;
}

try {
  const bench = await benches[process.argv[2]!]!();
  prepared = await bench.prepare(sites, (line) => reply({ kind: 'said', line }), Number(process.argv[3]));
  const { variants } = prepared;
  process.on('message', ({ variant, round }: Task) => {
    variants
      .find(({ name }) => name === variant)!
      .run(round)
      .then((figures) => reply({ kind: 'measured', figures }), failed);
  });
  reply({ kind: 'ready', variants: variants.map(({ run: _, ...told }) => told), postgres: await postgresVersion() });
} catch (error) {
  failed(error as Error);
}
