import { Badge, Button, Group, Mark, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, Fragment, useState } from 'react';
import type { AnswerOf } from '../../client/index.js';
import type { v1Routes } from '../../contract/routes.js';
import { api } from '../api.js';
import { createInstantFormat, formatLength } from '../instants.js';
import { PersonSelect } from '../person-select.js';
import { Fault } from '../sent-form.js';
import { sessionQuery } from '../session.js';
import { State, Waiting } from '../shell/states.js';
import { TeamSelect } from '../team-select.js';
import { TextLink } from '../text-link.js';

type ListedCall = AnswerOf<typeof v1Routes.listCalls>['items'][number];
type Match = NonNullable<ListedCall['matches']>[number];

const PAGE = 50;
const route = getRouteApi('/inside/calls');

export function CallsPage() {
  const filters = route.useSearch();
  const { q } = filters;
  const calls = useInfiniteQuery({
    queryKey: ['calls', filters],
    queryFn: ({ pageParam, signal }) =>
      api.v1.listCalls({
        query: { ...filters, limit: PAGE, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const rows = calls.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack>
      <title>Calls · Debrief</title>
      <Group justify="space-between">
        <Title order={1} size="h2">
          Calls
        </Title>
        <Search key={q} q={q ?? ''} />
      </Group>
      <Of />
      <Fault error={calls.error} />
      {calls.isPending ? <Waiting /> : <Rows rows={rows} />}
      {calls.hasNextPage && (
        <Group justify="center">
          {/* A search looks through a stretch of calls at a time, and may have found none in it. */}
          {rows.length === 0 && <Text>Nothing found so far.</Text>}
          <Button variant="default" loading={calls.isFetchingNextPage} onClick={() => calls.fetchNextPage()}>
            {rows.length === 0 ? 'Search older calls' : 'More'}
          </Button>
        </Group>
      )}
      {calls.isSuccess && rows.length === 0 && !calls.hasNextPage && (
        <State title={q === undefined ? 'There are no calls yet' : 'Nothing found'}>
          <Text>
            {q === undefined
              ? 'Calls come in by upload, by import, or from your telephone system.'
              : 'No call that you see has this in its transcript.'}
          </Text>
        </State>
      )}
    </Stack>
  );
}

/** Whose calls are shown. */
function Of() {
  const navigate = route.useNavigate();
  const { callerId, teamId } = route.useSearch();
  const idsOf = (text: string | undefined) => text?.split(',') ?? [];
  const show = (name: 'callerId' | 'teamId') => (ids: readonly string[]) =>
    navigate({ search: (filters) => ({ ...filters, [name]: ids.length === 0 ? undefined : ids.join(',') }) });
  return (
    <Group align="start">
      <PersonSelect label="People" multiple withFormer value={idsOf(callerId)} onChange={show('callerId')} />
      <TeamSelect label="Teams" multiple value={idsOf(teamId)} onChange={show('teamId')} />
    </Group>
  );
}

function Search({ q }: { readonly q: string }) {
  const navigate = route.useNavigate();
  const [text, setText] = useState(q);
  const search = (event: FormEvent) => {
    event.preventDefault();
    navigate({ search: (filters) => ({ ...filters, q: text.trim() === '' ? undefined : text.trim() }) });
  };
  return (
    <form onSubmit={search}>
      <TextInput
        type="search"
        aria-label="Search what was said"
        placeholder="Search what was said"
        w={280}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </form>
  );
}

function Rows({ rows }: { readonly rows: readonly ListedCall[] }) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const format = createInstantFormat(session?.timeZone ?? 'UTC');
  if (rows.length === 0) return null;
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table highlightOnHover verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>Direction</Table.Th>
            <Table.Th ta="right">Length</Table.Th>
            <Table.Th ta="right">Comments</Table.Th>
            <Table.Th>State</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((call) => (
            <Row key={call.id} call={call} when={format(call.callTime)} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const DIRECTIONS = { INBOUND: 'In', OUTBOUND: 'Out', SCREENSHARE: 'Screen share' } as const;

function Row({ call, when }: { readonly call: ListedCall; readonly when: string }) {
  const { callerName, callerEmail, direction, duration, comments, state, matches = [] } = call;
  return (
    <>
      <Table.Tr>
        <Table.Td>
          <TextLink to="/calls/$callId" params={{ callId: call.id }}>
            {when}
          </TextLink>
        </Table.Td>
        <Table.Td>{callerName ?? callerEmail ?? 'Nobody known'}</Table.Td>
        <Table.Td>{DIRECTIONS[direction]}</Table.Td>
        <Table.Td ta="right">{duration === null ? '–' : formatLength(duration)}</Table.Td>
        <Table.Td ta="right">{comments}</Table.Td>
        <Table.Td>
          <Badge variant="light" color={state === 'ERROR' ? 'red' : state === 'COMPLETE' ? 'teal' : 'gray'}>
            {state.toLowerCase()}
          </Badge>
        </Table.Td>
      </Table.Tr>
      {matches.map((match) => (
        <Table.Tr key={`${match.startTime} ${match.speakerNumber}`}>
          <Table.Td ta="right">
            <TextLink to="/calls/$callId" params={{ callId: call.id }} search={{ t: match.startTime }}>
              {formatLength(match.startTime)}
            </TextLink>
          </Table.Td>
          <Table.Td colSpan={5}>
            <Passage match={match} />
          </Table.Td>
        </Table.Tr>
      ))}
    </>
  );
}

/** A passage with what was found in it marked. */
function Passage({ match: { text, ranges } }: { readonly match: Match }) {
  const parts = ranges.map(([from, to], i) => (
    <Fragment key={from}>
      {text.slice(ranges[i - 1]?.[1] ?? 0, from)}
      <Mark>{text.slice(from, to)}</Mark>
    </Fragment>
  ));
  return (
    <Text size="sm">
      {parts}
      {text.slice(ranges.at(-1)?.[1] ?? 0)}
    </Text>
  );
}
