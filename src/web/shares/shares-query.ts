import { queryOptions } from '@tanstack/react-query';
import { v1Routes } from '../../client/index.js';
import type { Share, ShareAccess } from '../../contract/shares.js';
import { api } from '../api.js';

/** The shares of a call, the newest first. */
export const sharesQuery = (callId: string) =>
  queryOptions({
    queryKey: ['shares', callId],
    queryFn: async ({ signal }): Promise<readonly Share[]> => {
      const shares: Share[] = [];
      for await (const share of api.list(v1Routes.listShares, { query: { callId, limit: 1000 }, signal })) {
        shares.push(share);
      }
      return shares.reverse();
    },
  });

/** Who opened the links of a share, the newest first: at most the last hundred. */
export const accessesQuery = (shareId: string) =>
  queryOptions({
    queryKey: ['share-accesses', shareId],
    queryFn: async ({ signal }): Promise<readonly ShareAccess[]> => {
      const query = { limit: 100 };
      return (await api.v1.shareAccesses({ params: { id: shareId }, query, signal })).items;
    },
  });
