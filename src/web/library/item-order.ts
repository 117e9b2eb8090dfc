import { useMutation, useQueryClient } from '@tanstack/react-query';
import { v1Routes } from '../../client/index.js';
import type { PlaylistItem } from '../../contract/playlists.js';
import { api } from '../api.js';
import { playlistItemsQuery, playlistQuery } from './queries.js';

/** Changes which items a playlist has, and their order. The page shows the change at once. */
export function useItemOrder(id: string): {
  readonly error: unknown;
  readonly send: (items: readonly PlaylistItem[]) => void;
} {
  const queryClient = useQueryClient();
  const [playlist, items] = [playlistQuery(id), playlistItemsQuery(id)];
  const order = useMutation({
    // One change after another: each needs the tag that the one before has left.
    scope: { id: `order ${id}` },
    mutationFn: (itemIds: string[]) => {
      const etag = queryClient.getQueryData(playlist.queryKey)?.etag;
      return api.request(v1Routes.playlists.update, {
        params: { id },
        body: { itemIds },
        ...(etag && { ifMatch: etag }),
      });
    },
    onSuccess: (answer) => queryClient.setQueryData(playlist.queryKey, answer),
    // Somebody else has changed it: their order is shown.
    onError: () => queryClient.invalidateQueries({ queryKey: playlist.queryKey }),
  });
  return {
    error: order.error,
    send(ordered) {
      queryClient.setQueryData(items.queryKey, (before) => before && { ...before, items: [...ordered] });
      order.mutate(ordered.map((item) => item.id));
    },
  };
}
