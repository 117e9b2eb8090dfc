import { Code, Text } from '@mantine/core';
import '@mantine/core/styles/Code.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api } from '../api.js';
import { createInstantFormat } from '../instants.js';
import { ListTable } from '../list-table.js';
import { nameOf } from '../names.js';
import { teamsQuery, usePeople } from '../people.js';
import { sessionQuery } from '../session.js';
import { State } from '../shell/states.js';
import { TabbedPage } from '../tabbed-page.js';
import { AccountSettings } from './account-settings.js';

const route = getRouteApi('/inside/admin');
const stateOf = ({ active }: { readonly active: boolean }) => (active ? 'Active' : 'Inactive');

/** What the account consists of. It is read here; the API changes it. */
export function AdminPage() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  if (session?.user.role !== 'admin') {
    return (
      <State title="This is for administrators">
        <title>Admin · Debrief</title>
        <Text>Ask an administrator of your company to change people, teams, topics or settings.</Text>
      </State>
    );
  }
  return <Lists timeZone={session.timeZone} />;
}

function Lists({ timeZone }: { readonly timeZone: string }) {
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const people = usePeople();
  const teams = useQuery(teamsQuery).data;
  const format = createInstantFormat(timeZone);
  const personOf = (id: string | null) => (id === null ? '–' : (people.get(id) ?? '…'));
  const teamOf = (id: string | null) => (id === null ? '–' : (teams?.find((team) => team.id === id)?.name ?? '…'));
  const tabs = [
    {
      name: 'people',
      label: 'People',
      content: (
        <ListTable
          label="People"
          queryKey={['users']}
          read={(query, signal) => api.v1.users.list({ query, signal })}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Name', show: (user) => nameOf(user) },
            { title: 'E-mail', show: ({ email }) => email },
            { title: 'Role', show: ({ role }) => role },
            { title: 'Team', show: ({ teamId }) => teamOf(teamId) },
            { title: 'State', show: stateOf },
          ]}
          nothing="There is nobody yet."
        />
      ),
    },
    {
      name: 'teams',
      label: 'Teams',
      content: (
        <ListTable
          label="Teams"
          queryKey={['teams']}
          read={(query, signal) => api.v1.teams.list({ query, signal })}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Team', show: ({ name }) => name },
            { title: 'Manager', show: ({ managerId }) => personOf(managerId) },
            { title: 'Above it', show: ({ parentTeamId }) => teamOf(parentTeamId) },
            { title: 'State', show: stateOf },
          ]}
          nothing="There are no teams yet."
        />
      ),
    },
    {
      name: 'departments',
      label: 'Departments',
      content: (
        <ListTable
          label="Departments"
          queryKey={['departments']}
          read={(query, signal) => api.v1.departments.list({ query, signal })}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Department', show: ({ name }) => name },
            { title: 'State', show: stateOf },
          ]}
          nothing="There are no departments yet."
        />
      ),
    },
    {
      name: 'topics',
      label: 'Topics',
      content: (
        <ListTable
          label="Topics"
          queryKey={['topics']}
          read={(query, signal) => api.v1.topics.list({ query, signal })}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Topic', show: ({ name }) => name },
            { title: 'Words and phrases', show: ({ words }) => words.join(', ') },
            { title: 'State', show: stateOf },
          ]}
          nothing="There are no topics yet."
        />
      ),
    },
    {
      name: 'scorecards',
      label: 'Scorecards',
      content: (
        <ListTable
          label="Scorecards"
          queryKey={['scorecards']}
          read={(query, signal) => api.v1.scorecards.list({ query, signal })}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Scorecard', show: ({ name }) => name },
            { title: 'Version', show: ({ version }) => version },
            { title: 'Questions', show: ({ questions }) => questions.length },
            { title: 'State', show: stateOf },
          ]}
          nothing="There are no scorecards yet."
        />
      ),
    },
    {
      name: 'templates',
      label: 'Call cards',
      content: (
        <ListTable
          label="Call-card templates"
          queryKey={['templates']}
          read={(query, signal) => api.v1.templates.list({ query, signal })}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Template', show: ({ name }) => name },
            { title: 'Source', show: ({ template }) => <Code block>{template}</Code> },
            { title: 'State', show: stateOf },
          ]}
          nothing="There are no call-card templates yet."
        />
      ),
    },
    { name: 'account', label: 'Account', content: <AccountSettings /> },
    {
      name: 'audit',
      label: 'Changes',
      content: (
        <ListTable
          label="Changes"
          queryKey={['audit']}
          read={(query, signal) => api.v1.audit({ query, signal })}
          keyOf={({ id }) => id}
          columns={[
            { title: 'When', show: ({ at }) => format(at) },
            { title: 'Who', show: ({ by }) => (by.kind === 'user' ? personOf(by.id) : `A ${by.kind}`) },
            {
              title: 'What',
              show: ({ action, kind, thingId }) => `${DONE[action]} ${kind.replaceAll('_', ' ')} ${thingId}`,
            },
          ]}
          nothing="Nothing has changed yet."
        />
      ),
    },
  ];
  return <TabbedPage title="Admin" tab={tab} onTab={(next) => navigate({ search: { tab: next } })} tabs={tabs} />;
}

const DONE = { create: 'Made', update: 'Changed', delete: 'Removed' } as const;
