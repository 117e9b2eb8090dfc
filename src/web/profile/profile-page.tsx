import { Alert, Badge, Button, Card, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ListedSession } from '../../contract/sessions.js';
import { api } from '../api.js';
import { createInstantFormat } from '../instants.js';
import { nameOf } from '../names.js';
import { Fault, SentForm } from '../sent-form.js';
import { sessionQuery } from '../session.js';
import { Display } from './display.js';
import './styles.js';

const METHODS = { password: 'by password', link: 'by a link', oidc: 'by your organisation' } as const;

export function ProfilePage() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  if (session === null) return null;
  const { user, account } = session;
  return (
    <Stack maw={720}>
      <title>Profile · Debrief</title>
      <Title order={1} size="h2">
        {nameOf(user)}
      </Title>
      <Text>
        {user.email} · {user.role}
        {user.team && ` · ${user.team.name}`} · {account.name}
      </Text>
      <Display session={session} />
      <ChangePassword />
      <Sessions timeZone={session.timeZone} />
    </Stack>
  );
}

function ChangePassword() {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: () => api.v1.changePassword({ body: { current, password } }),
    onSuccess: (session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      setCurrent('');
      setPassword('');
      return queryClient.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="md">
        Password
      </Title>
      <SentForm error={change.error} onSend={change.mutate}>
        {change.isSuccess && <Alert role="status">Your password is changed. Your other sessions have ended.</Alert>}
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          required
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          label="New password"
          description="10 characters or more"
          autoComplete="new-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group>
          <Button type="submit" loading={change.isPending}>
            Change password
          </Button>
        </Group>
      </SentForm>
    </Card>
  );
}

function Sessions({ timeZone }: { readonly timeZone: string }) {
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => api.v1.listSessions() });
  const format = createInstantFormat(timeZone);
  return (
    <Card withBorder>
      <Stack>
        <Title order={2} size="h4">
          Where you are logged in
        </Title>
        <Fault error={sessions.error} />
        {sessions.data?.items.map((session) => (
          <SessionRow key={session.id} session={session} lastSeen={format(session.lastSeenAt)} />
        ))}
      </Stack>
    </Card>
  );
}

function SessionRow({ session, lastSeen }: { readonly session: ListedSession; readonly lastSeen: string }) {
  const queryClient = useQueryClient();
  const end = useMutation({
    mutationFn: () => api.v1.endSession({ params: { id: session.id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['sessions'] }),
  });
  return (
    <Group justify="space-between" wrap="nowrap">
      <div>
        <Text size="sm" lineClamp={1}>
          {session.userAgent ?? 'An unknown browser'}
        </Text>
        <Text size="xs" c="dimmed">
          Logged in {METHODS[session.method]}, last seen {lastSeen}
        </Text>
      </div>
      {session.current ? (
        <Badge variant="light" style={{ flexShrink: 0 }}>
          This one
        </Badge>
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          style={{ flexShrink: 0 }}
          loading={end.isPending}
          onClick={() => end.mutate()}
        >
          End
        </Button>
      )}
    </Group>
  );
}
