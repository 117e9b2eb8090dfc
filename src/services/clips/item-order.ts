import type { Tx } from '../../db/database.js';
import { selectItemIds, selectSeenItems, writeItems } from '../../db/playlist-items.js';
import { invalid } from '../../errors.js';
import type { Actor } from '../actor.js';

/**
 * Gives the items that the actor sees a new order; those left out go. Items that the actor does not see keep their
 * places.
 */
export async function orderItems(tx: Tx, actor: Actor, playlistId: string, ordered: readonly string[]): Promise<void> {
  const seen = new Set((await selectSeenItems(tx, actor, playlistId)).map(({ id }) => id));
  const unknown = ordered.findIndex((id, at) => !seen.has(id) || ordered.indexOf(id) !== at);
  if (unknown >= 0) {
    throw invalid(
      `itemIds[${unknown}]`,
      'is no item of this playlist, or is there twice',
      'ids of its items, each once',
    );
  }
  const order = [...ordered];
  for (const [place, id] of (await selectItemIds(tx, actor, playlistId)).entries()) {
    if (!seen.has(id)) order.splice(Math.min(place, order.length), 0, id);
  }
  await writeItems(tx, actor, playlistId, order);
}
