import { queryOptions } from '@tanstack/react-query';
import { v1Routes } from '../../client/index.js';
import type { ClipShare } from '../../contract/clip-shares.js';
import type { Playlist } from '../../contract/playlists.js';
import { api } from '../api.js';

/** How often it is asked whether a clip's sound is ready, in milliseconds. */
export const ASK_MS = 2_000;

export const clipQuery = (id: string) =>
  queryOptions({
    queryKey: ['clip', id],
    queryFn: ({ signal }) => api.request(v1Routes.clips.read, { params: { id }, signal }),
  });

/** What is said and heard in a clip. It is asked for again until its sound is ready, for those who hear no other. */
export const clipContentQuery = (id: string, wholeCall: boolean) =>
  queryOptions({
    queryKey: ['clip', id, 'content'],
    queryFn: ({ signal }) => api.v1.clipContent({ params: { id }, signal }),
    refetchInterval: ({ state }) => (state.data?.sound === 'preparing' && !wholeCall ? ASK_MS : false),
  });

export const clipSharesQuery = (clipId: string) =>
  queryOptions({
    queryKey: ['clip', clipId, 'shares'],
    queryFn: async ({ signal }) => {
      const shares: ClipShare[] = [];
      for await (const share of api.list(v1Routes.listClipShares, { query: { clipId }, signal })) shares.push(share);
      return shares;
    },
  });

export const playlistQuery = (id: string) =>
  queryOptions({
    queryKey: ['playlist', id],
    queryFn: ({ signal }) => api.request(v1Routes.playlists.read, { params: { id }, signal }),
  });

export const playlistItemsQuery = (id: string) =>
  queryOptions({
    queryKey: ['playlist', id, 'items'],
    queryFn: ({ signal }) => api.v1.playlistItems({ params: { id }, signal }),
  });

/** A person's own playlists, the newest first. */
export const ownPlaylistsQuery = (userId: string) =>
  queryOptions({
    queryKey: ['playlists', 'of', userId],
    queryFn: async ({ signal }) => {
      const own: Playlist[] = [];
      const query = { ownerId: userId, limit: 1000 };
      for await (const list of api.list(v1Routes.playlists.list, { query, signal })) own.push(list);
      return own;
    },
  });
