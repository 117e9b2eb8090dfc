import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import { Fault } from '../sent-form.js';
import { Waiting } from '../shell/states.js';

const SEEN = {
  everyone: 'everybody sees all calls',
  team: 'people see their own calls, and managers those of their teams',
  own: 'people see their own calls',
} as const;

/** The settings of the account. */
export function AccountSettings() {
  const account = useQuery({ queryKey: ['account'], queryFn: ({ signal }) => api.v1.readAccount({ signal }) });
  if (account.isPending) return <Waiting />;
  if (account.isError) return <Fault error={account.error} />;
  const { name, timeZone, language, callVisibility } = account.data;
  const rows = { Name: name, 'Time zone': timeZone, Language: language, 'Who sees calls': SEEN[callVisibility] };
  return (
    <Table aria-label="Account" maw={720}>
      <Table.Tbody>
        {Object.entries(rows).map(([title, value]) => (
          <Table.Tr key={title}>
            <Table.Th scope="row">{title}</Table.Th>
            <Table.Td>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
