import type { MetadataField } from '../../contract/library.js';
import { newestMetadata } from '../../db/library.js';
import { metadataValues } from '../../wire/metadata.js';
import type { Actor } from '../actor.js';
import type { DbDeps } from '../deps.js';

/** How many calls are looked at, and the most fields and values of a field that are shown. */
const CALLS = 1000;
const MOST_FIELDS = 100;
const MOST_VALUES = 20;
/** Longer values are texts, which nobody picks from a list. */
const MOST_LETTERS = 100;

/** The metadata fields of the newest calls that the actor sees, by name, with their most frequent values. */
export async function metadataFields({ db }: DbDeps, actor: Actor): Promise<MetadataField[]> {
  const counts = new Map<string, Map<string, number>>();
  for (const { metadataJson } of (await newestMetadata(actor, CALLS).execute(db)).rows) {
    for (const [field, value] of metadataValues(JSON.parse(metadataJson))) {
      const values = counts.get(field) ?? new Map<string, number>();
      counts.set(field, values);
      if (value !== '' && value.length <= MOST_LETTERS) values.set(value, (values.get(value) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, MOST_FIELDS)
    .map(([field, values]) => ({ field, values: mostFrequent(values) }));
}

function mostFrequent(values: ReadonlyMap<string, number>): string[] {
  const sorted = [...values].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  return sorted.slice(0, MOST_VALUES).map(([value]) => value);
}
