import { useQuery } from '@tanstack/react-query';
import { v1Routes } from '../../client/index.js';
import { api } from '../api.js';
import { nameOf } from '../names.js';

const NOBODY: ReadonlyMap<string, string> = new Map();

/** The names of the account's people by id, once they are known. */
export function usePeople(): ReadonlyMap<string, string> {
  const { data = NOBODY } = useQuery({
    queryKey: ['people'],
    queryFn: async () => {
      const names = new Map<string, string>();
      for await (const person of api.list(v1Routes.users.list, { query: { limit: 1000 } })) {
        names.set(person.id, nameOf(person));
      }
      return names;
    },
    staleTime: 5 * 60_000,
  });
  return data;
}
