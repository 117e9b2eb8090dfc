import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { inboxCountsQuery } from './inbox-queries.js';

/** The way to the inbox, with how much of it is unread. */
export function InboxButton() {
  const unread = useQuery(inboxCountsQuery).data?.unread ?? 0;
  const said = unread === 0 ? 'nothing unread' : `${unread} unread`;
  return (
    <Button
      component={Link}
      to="/inbox"
      variant={unread > 0 ? 'light' : 'default'}
      size="xs"
      px="xs"
      aria-label={`Inbox, ${said}`}
    >
      <span aria-hidden>✉</span>
      <Text component="span" size="xs" ml={6} visibleFrom="xs" aria-hidden>
        Inbox
      </Text>
      {unread > 0 && (
        <Text component="span" size="xs" fw={700} ml={6} aria-hidden>
          {unread > 99 ? '99+' : unread}
        </Text>
      )}
    </Button>
  );
}
