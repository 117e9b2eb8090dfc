import { Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Meeting, Plan } from '../../contract/coaching.js';
import type { InboxItem } from '../../contract/inbox.js';
import { api } from '../api.js';
import { createInstantFormat } from '../instants.js';
import { type Column, ListTable } from '../list-table.js';
import { usePeople } from '../people.js';
import { sessionQuery } from '../session.js';
import { TabbedPage } from '../tabbed-page.js';
import { TextLink } from '../text-link.js';

const route = getRouteApi('/inside/coaching');

/** Plans and meetings that the person sees, and the results that they are to acknowledge. */
export function CoachingPage() {
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const people = usePeople();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const format = createInstantFormat(session?.timeZone ?? 'UTC');
  const nameOf = (id: string) => people.get(id) ?? '…';
  const meetings: Column<Meeting>[] = [
    { title: 'When', show: ({ dateTime }) => format(dateTime) },
    { title: 'Coach', show: ({ coachId }) => nameOf(coachId) },
    { title: 'With', show: ({ recipientId }) => nameOf(recipientId) },
    { title: 'State', show: meetingState },
    { title: 'Calls', show: ({ callReviews }) => callReviews.length },
  ];
  const plans: Column<Plan>[] = [
    { title: 'Plan', show: ({ name }) => name },
    { title: 'Coach', show: ({ coachId }) => nameOf(coachId) },
    { title: 'With', show: ({ recipientId }) => nameOf(recipientId) },
    { title: 'Since', show: ({ startDate }) => format(startDate) },
    {
      title: 'Meetings',
      show: ({ completedMeetings, plannedMeetings }) => `${completedMeetings} of ${plannedMeetings}`,
    },
    { title: 'State', show: ({ completedAt }) => (completedAt === null ? 'Open' : 'Completed') },
  ];
  const results: Column<InboxItem>[] = [
    {
      title: 'Scorecard',
      show: ({ callId, text }) => (
        <TextLink to="/calls/$callId" params={{ callId: callId! }}>
          {text}
        </TextLink>
      ),
    },
    { title: 'Scored by', show: ({ by }) => by?.name },
    { title: 'When', show: ({ at }) => format(at) },
  ];
  return (
    <TabbedPage
      title="Coaching"
      tab={tab}
      onTab={(next) => navigate({ search: { tab: next } })}
      tabs={[
        {
          name: 'meetings',
          label: 'Meetings',
          content: (
            <ListTable
              label="Meetings"
              queryKey={['meetings']}
              read={(query, signal) => api.v1.meetings.list({ query, signal })}
              keyOf={({ id }) => id}
              columns={meetings}
              nothing="You have no coaching meetings."
            />
          ),
        },
        {
          name: 'plans',
          label: 'Plans',
          content: (
            <ListTable
              label="Plans"
              queryKey={['plans']}
              read={(query, signal) => api.v1.plans.list({ query, signal })}
              keyOf={({ id }) => id}
              columns={plans}
              nothing="You have no coaching plans."
            />
          ),
        },
        {
          name: 'results',
          label: 'To acknowledge',
          content: (
            <>
              <Text mb="sm">Open a call to read how it was scored, and to acknowledge or dispute it.</Text>
              <ListTable
                label="Results to acknowledge"
                queryKey={['inbox', 'results']}
                read={(query, signal) => api.v1.listInbox({ query: { ...query, kind: 'result' }, signal })}
                keyOf={({ id }) => id}
                columns={results}
                nothing="No result waits for you."
              />
            </>
          ),
        },
      ]}
    />
  );
}

function meetingState({ startTime, endTime }: Meeting): string {
  return endTime !== null ? 'Held' : startTime !== null ? 'Under way' : 'Planned';
}
