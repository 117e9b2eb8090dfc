import { Button, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import { createInstantFormat, formatLength } from '../instants.js';
import { usePeople } from '../people.js';
import { Fault } from '../sent-form.js';
import { sessionQuery } from '../session.js';
import { State, Waiting } from '../shell/states.js';
import { TextLink } from '../text-link.js';
import { ListRow } from './list-row.js';

interface ClipsListProps {
  readonly whose: 'all' | 'mine' | 'shared';
  readonly q: string | undefined;
}

const PAGE = 50;

/** The clips that the person sees, the newest first. */
export function ClipsList({ whose, q }: ClipsListProps) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const people = usePeople();
  const userId = session?.user.id;
  const clips = useInfiniteQuery({
    queryKey: ['clips', { whose, q }],
    queryFn: ({ pageParam, signal }) =>
      api.v1.clips.list({
        query: {
          limit: PAGE,
          q,
          ...(whose === 'mine' && { createdBy: userId }),
          ...(whose === 'shared' && { sharedWith: userId }),
          ...(pageParam !== null && { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  if (clips.isPending) return <Waiting />;
  const rows = clips.data?.pages.flatMap((page) => page.items) ?? [];
  const format = createInstantFormat(session?.timeZone ?? 'UTC');
  return (
    <Stack>
      <Fault error={clips.error} />
      <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
        {rows.map(({ id, title, note, startSeconds, endSeconds, callerName, callTime, createdBy }) => (
          <ListRow
            key={id}
            link={
              <TextLink to="/library/clips/$clipId" params={{ clipId: id }} fw={600}>
                {title}
              </TextLink>
            }
            about={`${callerName ?? 'A call'}, ${format(callTime)} · by ${people.get(createdBy) ?? 'somebody'}`}
            note={note}
            side={formatLength(endSeconds - startSeconds)}
          />
        ))}
      </Stack>
      {clips.isSuccess && rows.length === 0 && (
        <State title={q === undefined ? 'No clips here yet' : 'Nothing found'}>
          <Text>
            {q === undefined
              ? 'Open a call, select what is worth hearing again, and make a clip of it.'
              : 'No clip has this in its title or its note.'}
          </Text>
        </State>
      )}
      {clips.hasNextPage && (
        <Group justify="center">
          <Button variant="default" loading={clips.isFetchingNextPage} onClick={() => clips.fetchNextPage()}>
            More
          </Button>
        </Group>
      )}
    </Stack>
  );
}
