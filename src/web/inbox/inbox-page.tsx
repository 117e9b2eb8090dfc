import { Anchor, Badge, Button, Checkbox, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import type { InboxItem } from '../../contract/inbox.js';
import { api } from '../api.js';
import { createInstantFormat } from '../instants.js';
import { Fault } from '../sent-form.js';
import { sessionQuery } from '../session.js';
import { State, Waiting } from '../shell/states.js';
import { toast } from '../toasts.js';
import { inboxQuery } from './inbox-queries.js';
import './styles.js';

const KINDS: Readonly<Record<InboxItem['kind'], { readonly title: string; says(who: string): string }>> = {
  meeting: { title: 'Meetings today', says: (who) => `You meet ${who}` },
  dispute: { title: 'Results to resolve', says: (who) => `${who} disputes a result` },
  result: { title: 'Results to acknowledge', says: (who) => `${who} scored your call` },
  mention: { title: 'Mentions', says: (who) => `${who} mentioned you` },
  share: { title: 'Shared with you', says: (who) => `${who} shared a call with you` },
  clip: { title: 'Clips shared with you', says: (who) => `${who} shared a clip with you` },
  failure: { title: 'Processing that failed', says: () => 'A call could not be processed' },
};

const route = getRouteApi('/inside/inbox');

/** What waits for the person, by kind. */
export function InboxPage() {
  const { show } = route.useSearch();
  const navigate = route.useNavigate();
  const isUnreadOnly = show === 'unread';
  const { data: session } = useSuspenseQuery(sessionQuery);
  const inbox = useInfiniteQuery(inboxQuery(isUnreadOnly));
  const mark = useMark();
  const items = inbox.data?.pages.flatMap((page) => page.items) ?? [];
  const unread = items.filter(({ read }) => !read).map(({ id }) => id);
  const format = createInstantFormat(session?.timeZone ?? 'UTC');
  return (
    <Stack maw={800}>
      <title>Inbox · Debrief</title>
      <Group justify="space-between">
        <Title order={1} size="h2">
          Inbox
        </Title>
        <Group>
          <Checkbox
            label="Only unread"
            checked={isUnreadOnly}
            onChange={(event) => navigate({ search: { show: event.currentTarget.checked ? 'unread' : undefined } })}
          />
          <Button
            variant="default"
            size="xs"
            disabled={unread.length === 0}
            loading={mark.isPending && mark.variables.ids === undefined}
            onClick={() =>
              mark.mutate(
                { read: true },
                {
                  onSuccess: () =>
                    toast('All is marked as read.', () => mark.mutateAsync({ read: false, ids: unread.slice(0, 200) })),
                },
              )
            }
          >
            Mark all as read
          </Button>
        </Group>
      </Group>
      <Fault error={inbox.error ?? mark.error} />
      {inbox.isPending && <Waiting />}
      {Object.entries(KINDS).map(([kind, { title, says }]) => {
        const own = items.filter((item) => item.kind === kind);
        if (own.length === 0) return null;
        return (
          <section key={kind} aria-label={title}>
            <Title order={2} size="h5" mb="xs">
              {title}
            </Title>
            <Stack gap="xs">
              {own.map((item) => (
                <Item
                  key={item.id}
                  item={item}
                  says={says(item.by?.name || 'Somebody')}
                  at={format(item.at)}
                  onMark={(read) => mark.mutate({ read, ids: [item.id] })}
                />
              ))}
            </Stack>
          </section>
        );
      })}
      {inbox.hasNextPage && (
        <Group justify="center">
          <Button variant="default" loading={inbox.isFetchingNextPage} onClick={() => inbox.fetchNextPage()}>
            More
          </Button>
        </Group>
      )}
      {inbox.isSuccess && items.length === 0 && (
        <State title={isUnreadOnly ? 'Nothing unread' : 'Nothing waits for you'}>
          <Text>Comments that mention you, calls and clips shared with you, and results to acknowledge come here.</Text>
        </State>
      )}
    </Stack>
  );
}

interface ItemProps {
  readonly item: InboxItem;
  readonly says: string;
  readonly at: string;
  readonly onMark: (read: boolean) => void;
}

function Item({ item, says, at, onMark }: ItemProps) {
  const router = useRouter();
  const to = addressOf(item);
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" align="start" wrap="nowrap">
        <div>
          <Anchor
            href={to}
            fw={item.read ? 400 : 650}
            onClick={(event) => {
              if (!item.read) onMark(true);
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              router.history.push(to);
            }}
          >
            {says}
          </Anchor>{' '}
          {!item.read && (
            <Badge size="xs" variant="light">
              New
            </Badge>
          )}
          <Text size="xs" c="dimmed">
            {at}
          </Text>
          {item.text !== null && (
            <Text size="sm" lineClamp={2} className="typed">
              {item.text}
            </Text>
          )}
        </div>
        <Button
          miw="max-content"
          size="compact-xs"
          variant="subtle"
          onClick={() => onMark(!item.read)}
          aria-label={`Mark as ${item.read ? 'unread' : 'read'}: ${says}, ${at}`}
        >
          {item.read ? 'Unread' : 'Read'}
        </Button>
      </Group>
    </Paper>
  );
}

/** Where the thing is: the moment of a comment, the scorecard, the clip, the meeting, the call. */
function addressOf({ kind, thingId, callId, startTime }: InboxItem): string {
  if (kind === 'clip') return `/library/clips/${encodeURIComponent(thingId)}`;
  if (callId === null) return '/coaching?tab=meetings';
  const path = `/calls/${encodeURIComponent(callId)}`;
  if (startTime !== null) return `${path}?t=${startTime}&panel=comments`;
  return kind === 'result' || kind === 'dispute' ? `${path}?panel=scorecard` : path;
}

function useMark() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: { readonly read: boolean; readonly ids?: string[] }) => api.v1.markInbox({ body }),
    onSuccess: (counts) => {
      queryClient.setQueryData(['inbox', 'counts'], counts);
      return queryClient.invalidateQueries({ queryKey: ['inbox', 'items'] });
    },
  });
}
