import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formatLength } from '../instants.js';
import { teamsQuery, usePeople } from '../people.js';
import type { CallsSearch } from './calls-search.js';
import { formatDay } from './days.js';
import { type ChangeSearch, DIRECTIONS, idsOf, PERIODS, STATES, textOfIds } from './filters.js';
import { topicsQuery } from './topics.js';

interface Chip {
  readonly label: string;
  /** What taking the filter away changes. */
  readonly removed: Partial<CallsSearch>;
}

/** From a lowest to a highest value, in words. */
function rangeText(min: string | undefined, max: string | undefined, show: (value: string) => string): string {
  if (min === undefined) return `at most ${show(max!)}`;
  if (max === undefined) return `at least ${show(min)}`;
  return `${show(min)} to ${show(max)}`;
}

/** The names of people, teams and topics by their ids. */
interface Names {
  readonly people: ReadonlyMap<string, string>;
  readonly teams: ReadonlyMap<string, string>;
  readonly topics: ReadonlyMap<string, string>;
}

function chipsOf(search: CallsSearch, { people, teams, topics }: Names): Chip[] {
  const chips: Chip[] = [];
  const add = (label: string, removed: Partial<CallsSearch>) => chips.push({ label, removed });
  const addIds = (name: 'callerId' | 'teamId' | 'topicId', names: ReadonlyMap<string, string>, what: string) => {
    const ids = idsOf(search[name]);
    for (const id of ids) {
      const rest = textOfIds(ids.filter((each) => each !== id));
      const alone = name === 'teamId' && rest === undefined ? { teams_below: undefined } : {};
      add(`${what}: ${names.get(id) ?? '…'}`, { [name]: rest, ...alone });
    }
  };
  if (search.q !== undefined) add(`Said: ${search.q}`, { q: undefined });
  addIds('callerId', people, 'Person');
  addIds('teamId', teams, 'Team');
  if (search.teams_below === 'true') add('With the teams below', { teams_below: undefined });
  if (search.days !== undefined) add(PERIODS[search.days] ?? `Last ${search.days} days`, { days: undefined });
  if (search.from !== undefined) add(`From ${formatDay(search.from)}`, { from: undefined });
  if (search.to !== undefined) add(`Until ${formatDay(search.to)}`, { to: undefined });
  if (search.direction !== undefined) {
    add(DIRECTIONS[search.direction] ?? search.direction, { direction: undefined });
  }
  if (search.state !== undefined) add(`State: ${STATES[search.state] ?? search.state}`, { state: undefined });
  addIds('topicId', topics, 'Topic');
  const addRange = (label: string, name: 'TalkRatio' | 'Score' | 'Duration', show: (value: string) => string) => {
    const [min, max] = [search[`min${name}`], search[`max${name}`]];
    if (min === undefined && max === undefined) return;
    add(`${label}: ${rangeText(min, max, show)}`, { [`min${name}`]: undefined, [`max${name}`]: undefined });
  };
  addRange('Talk ratio', 'TalkRatio', (value) => `${Math.round(Number(value) * 100)} %`);
  addRange('Score', 'Score', (value) => `${value} %`);
  addRange('Length', 'Duration', (value) => formatLength(Number(value)));
  if (search.hasComments !== undefined) {
    add(search.hasComments === 'true' ? 'With comments' : 'Without comments', { hasComments: undefined });
  }
  for (const [name, value] of Object.entries(search)) {
    if (name.startsWith('metadata.')) add(`${name.slice('metadata.'.length)}: ${value}`, { [name]: undefined });
  }
  return chips;
}

interface FilterChipsProps {
  readonly search: CallsSearch;
  readonly onChange: ChangeSearch;
  readonly onClear: () => void;
}

/** The filters that hold. Each can be taken away, or all. */
export function FilterChips({ search, onChange, onClear }: FilterChipsProps) {
  const people = usePeople();
  const { data: teams = [] } = useQuery(teamsQuery);
  const { data: topics = [] } = useQuery({ ...topicsQuery, enabled: search.topicId !== undefined });
  const chips = chipsOf(search, {
    people,
    teams: new Map(teams.map(({ id, name }) => [id, name])),
    topics: new Map(topics.map(({ id, name }) => [String(id), name])),
  });
  if (chips.length === 0) return null;
  return (
    <Group gap="xs" role="group" aria-label="Filters">
      {chips.map(({ label, removed }) => (
        <Button
          key={label}
          size="compact-sm"
          variant="light"
          maw="100%"
          rightSection={<span aria-hidden>✕</span>}
          aria-label={`Remove: ${label}`}
          onClick={() => onChange(removed)}
        >
          {label}
        </Button>
      ))}
      <Button size="compact-sm" variant="subtle" onClick={onClear}>
        Clear all
      </Button>
    </Group>
  );
}
