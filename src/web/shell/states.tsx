import { Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { messageOf, statusOf } from '../api.js';

interface StateProps {
  readonly title: string;
  readonly children?: ReactNode;
}

/** A page, or a part of one, that has nothing to show, and says why. */
export function State({ title, children }: StateProps) {
  return (
    <Center p="xl" mih={240}>
      <Stack align="center" maw={440} ta="center">
        <Title order={2} size="h3">
          {title}
        </Title>
        {children}
      </Stack>
    </Center>
  );
}

export function Waiting() {
  return (
    <Center p="xl" mih={240}>
      <Loader role="status" aria-label="Loading" />
    </Center>
  );
}

/** An error, with what can be done about it. */
export function Failed({ error }: Pick<ErrorComponentProps, 'error'>) {
  const router = useRouter();
  if (statusOf(error) === 404) {
    return (
      <State title="It is not here">
        <Text>What you look for does not exist, was deleted, or is not shown to you.</Text>
        <Button component={Link} to="/calls" variant="default">
          Go to the calls
        </Button>
      </State>
    );
  }
  const isRefused = statusOf(error) === 403;
  return (
    <State title={isRefused ? 'You may not see this' : 'This did not work'}>
      <Text role="alert">{messageOf(error)}</Text>
      {!isRefused && (
        <Button variant="default" onClick={() => router.invalidate()}>
          Try again
        </Button>
      )}
    </State>
  );
}

export function NotFound() {
  return (
    <State title="There is no such page">
      <title>No such page · Debrief</title>
      <Text>The address may be mistyped, or the page has moved.</Text>
      <Button component={Link} to="/calls" variant="default">
        Go to the calls
      </Button>
    </State>
  );
}
