import { Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { v1Routes } from '../../client/index.js';
import type { CrmMatch } from '../../contract/v2.js';
import { api } from '../api.js';
import { createInstantFormat, formatLength } from '../instants.js';
import { usePeople } from '../people.js';
import { CallShares } from '../shares/call-shares.js';
import { useCallContext } from './call-context.js';
import { PanelFailed, PanelWaiting } from './panel-states.js';

/** What else is known of the call of the page. */
export function MorePanel() {
  const { call } = useCallContext();
  return (
    <Stack gap="lg">
      <Cards />
      <Listens />
      <CallShares />
      {call.crmMatches.length > 0 && (
        <Section title="In the CRM">
          {call.crmMatches.map((match) => (
            <Match key={`${match.crmName} ${match.activityCrmId} ${match.account?.crmId}`} match={match} />
          ))}
        </Section>
      )}
      <Fields />
      <Details />
    </Stack>
  );
}

export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <Title order={3} size="h5" mb={4}>
        {title}
      </Title>
      {children}
    </section>
  );
}

/** Templates render plain text: it is shown as such, with its lines. */
function Cards() {
  const { callId } = useCallContext();
  const cards = useQuery({
    queryKey: ['cards', callId],
    queryFn: ({ signal }) => api.v1.callCards({ params: { id: callId }, signal }),
  });
  if (cards.isPending) return <PanelWaiting />;
  if (cards.isError) return <PanelFailed error={cards.error} onRetry={cards.refetch} />;
  return cards.data.items.map(({ name, text }) => (
    <Section key={name} title={name}>
      <Paper withBorder p="xs">
        <Text size="sm" className="typed">
          {text}
        </Text>
      </Paper>
    </Section>
  ));
}

/** Who listened to the call, and for how long in all. */
function Listens() {
  const { callId } = useCallContext();
  const people = usePeople();
  const listens = useQuery({
    queryKey: ['listens', callId],
    queryFn: async ({ signal }) => {
      const seconds = new Map<string, number>();
      for await (const each of api.list(v1Routes.listListens, { query: { callId, limit: 1000 }, signal })) {
        seconds.set(each.listener, (seconds.get(each.listener) ?? 0) + each.timeListened);
      }
      return [...seconds].filter(([, time]) => time > 0).sort((a, b) => b[1] - a[1]);
    },
  });
  if (listens.isPending) return <PanelWaiting />;
  if (listens.isError) return <PanelFailed error={listens.error} onRetry={listens.refetch} />;
  return (
    <Section title="Who listened">
      {listens.data.length === 0 ? (
        <Text size="sm">Nobody yet.</Text>
      ) : (
        <Facts
          facts={listens.data.map(([listener, seconds]) => [people.get(listener) ?? 'Somebody', formatLength(seconds)])}
        />
      )}
    </Section>
  );
}

function Match({ match: { crmName, account, contacts, engagement, activityCrmId } }: { readonly match: CrmMatch }) {
  const facts: [string, string][] = [['System', crmName]];
  if (account) facts.push(['Account', account.name]);
  if (contacts.length > 0) facts.push(['Contacts', contacts.map(({ name }) => name).join(', ')]);
  if (engagement) facts.push(['Engagement', engagement.name]);
  if (activityCrmId !== null) facts.push(['Activity', activityCrmId]);
  return <Facts facts={facts} />;
}

/** The call's own fields, as whoever sent it named them. */
function Fields() {
  const { call } = useCallContext();
  const facts = Object.entries(call.metadata)
    .filter(([name]) => name !== 'callCardTemplates')
    .map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  if (facts.length === 0) return null;
  return (
    <Section title="Fields">
      <Facts facts={facts} />
    </Section>
  );
}

function Details() {
  const { callId, call, session } = useCallContext();
  const format = createInstantFormat(session.timeZone);
  const facts: [string, string][] = [
    ['Id', callId],
    ['Began', format(call.callTime)],
    ['Last changed', format(call.modified)],
  ];
  if (call.externalId !== null) facts.push(['Id at its source', call.externalId]);
  if (call.duration !== null) facts.push(['Length', formatLength(call.duration)]);
  if (call.originalPath !== null) facts.push(['Recording', call.originalPath]);
  return (
    <Section title="Details">
      <Facts facts={facts} />
    </Section>
  );
}

function Facts({ facts }: { readonly facts: readonly (readonly [string, string])[] }) {
  return (
    <Table withRowBorders={false} verticalSpacing={2} horizontalSpacing={0} layout="fixed" className="facts">
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row">{name}</Table.Th>
            <Table.Td>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
