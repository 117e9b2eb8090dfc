import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, statusOf } from '../api.js';
import { topicsQuery } from '../calls/topics.js';
import { createDayFormat, formatLength } from '../instants.js';
import { nameOf } from '../names.js';
import { peopleQuery } from '../people.js';
import { sessionQuery } from '../session.js';
import { pagesFor } from './pages.js';

/** Something that was found, and where it is. */
export interface Found {
  readonly to: string;
  readonly label: string;
  readonly description?: string;
}

interface FoundGroup {
  readonly title: string;
  readonly items: readonly Found[];
}

const MOST = 5;
const OTHER_PAGES = [
  { to: '/inbox', label: 'Inbox' },
  { to: '/profile', label: 'Profile and sessions' },
];

/** What is found for a text; all pages for none. */
export function useSearch(text: string): { readonly groups: readonly FoundGroup[]; readonly isSearching: boolean } {
  const isAsked = text !== '';
  const session = useQuery(sessionQuery).data;
  const timeZone = session?.timeZone ?? 'UTC';
  const calls = useQuery({
    queryKey: ['calls', 'search', text],
    queryFn: ({ signal }) => findCalls(text, timeZone, signal),
    enabled: isAsked,
    placeholderData: keepPreviousData,
  });
  const people = useQuery({ ...peopleQuery, enabled: isAsked });
  const topics = useQuery({ ...topicsQuery, enabled: isAsked });
  const groups: FoundGroup[] = [
    {
      title: 'Pages',
      items: [...pagesFor(session?.user.role), ...OTHER_PAGES].filter(({ label }) => holds(label, text)),
    },
  ];
  if (isAsked) {
    const foundPeople = (people.data ?? [])
      .filter(({ active }) => active)
      .map((person) => ({
        to: `/calls?callerId=${encodeURIComponent(person.id)}`,
        label: nameOf(person),
        description: `Calls of ${nameOf(person)}`,
        email: person.email,
      }));
    const foundTopics = (topics.data ?? [])
      .filter(({ active }) => active)
      .map(({ id, name }) => ({
        to: `/calls?topicId=${id}`,
        label: name,
        description: 'Calls in which this topic comes up',
      }));
    groups.unshift(
      { title: 'Calls', items: calls.data ?? [] },
      {
        title: 'People',
        items: foundPeople
          .filter(({ label, email }) => holds(label, text) || holds(email, text))
          .slice(0, MOST)
          .map(({ email: _, ...item }) => item),
      },
      { title: 'Topics', items: foundTopics.filter(({ label }) => holds(label, text)).slice(0, MOST) },
    );
  }
  return {
    groups: groups.filter(({ items }) => items.length > 0),
    isSearching: calls.isFetching || people.isLoading || topics.isLoading,
  };
}

const holds = (name: string, text: string) => name.toLocaleLowerCase().includes(text.toLocaleLowerCase());

/** Calls in which the words are said, each at its best moment, and the call with this id. */
async function findCalls(text: string, timeZone: string, signal: AbortSignal): Promise<Found[]> {
  const format = createDayFormat(timeZone);
  const titleOf = ({ callerName, callTime }: Listed) => ({ label: `${callerName ?? 'A call'}, ${format(callTime)}` });
  const mayBeId = /^\S{3,200}$/.test(text);
  const [said, named] = await Promise.all([
    // What is not a query yet, such as an open quote, finds nothing yet.
    api.v1.listCalls({ query: { q: text, limit: MOST }, signal }).catch(nothingIfRefused),
    mayBeId ? api.v1.listCalls({ query: { 'metadata.id': text, limit: 1 }, signal }).catch(nothingIfRefused) : NOTHING,
  ]);
  const byId = named.items.map((call) => ({ ...titleOf(call), to: `/calls/${encodeURIComponent(call.id)}` }));
  const byWords = said.items.map((call) => {
    const [match] = call.matches ?? [];
    const path = `/calls/${encodeURIComponent(call.id)}`;
    if (match === undefined) return { ...titleOf(call), to: path };
    const description = `${formatLength(match.startTime)} ${match.text}`;
    return { ...titleOf(call), to: `${path}?t=${Math.floor(match.startTime)}`, description };
  });
  return [...byId, ...byWords];
}

type Listed = Awaited<ReturnType<typeof api.v1.listCalls>>['items'][number];
const NOTHING: { readonly items: readonly Listed[] } = { items: [] };

function nothingIfRefused(error: unknown): typeof NOTHING {
  if (statusOf(error) === 400) return NOTHING;
  throw error;
}
