import { queryOptions, useQuery } from '@tanstack/react-query';
import { v1Routes } from '../client/index.js';
import type { Team, User } from '../contract/v1-answers.js';
import { api } from './api.js';
import { byName, nameOf } from './names.js';

/** Names change seldom, and pages ask for them all the time. */
const FRESH_MS = 5 * 60_000;

/** All people of the account, those who have left too, by name. */
export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async ({ signal }): Promise<readonly User[]> => {
    const people: User[] = [];
    for await (const person of api.list(v1Routes.users.list, { query: { limit: 1000 }, signal })) people.push(person);
    const named = people.map((person) => ({ name: nameOf(person), person })).sort(byName);
    return named.map(({ person }) => person);
  },
  staleTime: FRESH_MS,
});

/** All teams of the account, inactive ones too, by name. */
export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  queryFn: async ({ signal }): Promise<readonly Team[]> => {
    const teams: Team[] = [];
    for await (const team of api.list(v1Routes.teams.list, { query: { limit: 1000 }, signal })) teams.push(team);
    return teams.sort(byName);
  },
  staleTime: FRESH_MS,
});

const NOBODY: ReadonlyMap<string, string> = new Map();
const namesOf = (people: readonly User[]) => new Map(people.map((person) => [person.id, nameOf(person)]));

/** The names of the account's people by id, once they are known. */
export function usePeople(): ReadonlyMap<string, string> {
  return useQuery({ ...peopleQuery, select: namesOf }).data ?? NOBODY;
}
