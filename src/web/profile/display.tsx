import { Card, Input, SegmentedControl, Stack, Title, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Session } from '../../contract/sessions.js';
import { api } from '../api.js';
import { Fault } from '../sent-form.js';
import { sessionQuery } from '../session.js';
import { TimeZoneSelect } from '../time-zone-select.js';

const SCHEMES = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'auto', label: 'As the system' },
] as const;

/** How pages look to this person: the colours in this browser, and the time zone wherever they log in. */
export function Display({ session: { user, account } }: { readonly session: Session }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (timeZone: string) => api.v1.changeProfile({ body: { timeZone: timeZone === '' ? null : timeZone } }),
    onSuccess: (session) => queryClient.setQueryData(sessionQuery.queryKey, session),
  });
  return (
    <Card withBorder>
      <Stack>
        <Title order={2} size="h4">
          How pages look
        </Title>
        <Input.Wrapper label="Colours" description="In this browser" labelElement="div">
          <div>
            <SegmentedControl
              mt={4}
              aria-label="Colours"
              data={[...SCHEMES]}
              value={colorScheme}
              onChange={(scheme) => setColorScheme(scheme as typeof colorScheme)}
            />
          </div>
        </Input.Wrapper>
        <Fault error={change.error} />
        <TimeZoneSelect
          label="Time zone"
          description="In which you see the times of calls, comments and meetings"
          otherwise={`As ${account.name} (${account.timeZone.replaceAll('_', ' ')})`}
          value={(change.isPending ? change.variables : user.timeZone) ?? ''}
          onChange={change.mutate}
        />
      </Stack>
    </Card>
  );
}
