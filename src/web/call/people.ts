import { useQuery } from '@tanstack/react-query';
import { v1Routes } from '../../client/index.js';
import { api } from '../api.js';

const NOBODY: ReadonlyMap<string, string> = new Map();

/** The names of the account's people by id, once they are known. */
export function usePeople(): ReadonlyMap<string, string> {
  const { data = NOBODY } = useQuery({
    queryKey: ['people'],
    queryFn: async () => {
      const names = new Map<string, string>();
      for await (const { id, firstName, lastName, email } of api.list(v1Routes.users.list, {
        query: { limit: 1000 },
      })) {
        names.set(id, `${firstName} ${lastName}`.trim() || email);
      }
      return names;
    },
    staleTime: 5 * 60_000,
  });
  return data;
}
