import { Button, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import { usePeople } from '../people.js';
import { Fault } from '../sent-form.js';
import { sessionQuery } from '../session.js';
import { State, Waiting } from '../shell/states.js';
import { TextLink } from '../text-link.js';
import { ListRow } from './list-row.js';

interface PlaylistsListProps {
  readonly isMine: boolean;
  readonly q: string | undefined;
  readonly onMake: () => void;
}

const PAGE = 50;

/** The playlists that the person sees, the newest first. */
export function PlaylistsList({ isMine, q, onMake }: PlaylistsListProps) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const people = usePeople();
  const playlists = useInfiniteQuery({
    queryKey: ['playlists', { isMine, q }],
    queryFn: ({ pageParam, signal }) =>
      api.v1.playlists.list({
        query: {
          limit: PAGE,
          q,
          ...(isMine && { ownerId: session?.user.id }),
          ...(pageParam !== null && { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  if (playlists.isPending) return <Waiting />;
  const rows = playlists.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack>
      <Fault error={playlists.error} />
      <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
        {rows.map(({ id, title, note, ownerId, itemCount }) => (
          <ListRow
            key={id}
            link={
              <TextLink to="/library/playlists/$playlistId" params={{ playlistId: id }} fw={600}>
                {title}
              </TextLink>
            }
            about={ownerId === session?.user.id ? 'Yours' : `By ${people.get(ownerId) ?? 'somebody'}`}
            note={note}
            side={itemCount === 1 ? '1 item' : `${itemCount} items`}
          />
        ))}
      </Stack>
      {playlists.isSuccess && rows.length === 0 && (
        <State title={q === undefined ? 'No playlists here yet' : 'Nothing found'}>
          <Text>
            {q === undefined
              ? 'A playlist holds clips and calls in an order, to be heard one after another.'
              : 'No playlist has this in its title or its note.'}
          </Text>
          {q === undefined && <Button onClick={onMake}>Make a playlist</Button>}
        </State>
      )}
      {playlists.hasNextPage && (
        <Group justify="center">
          <Button variant="default" loading={playlists.isFetchingNextPage} onClick={() => playlists.fetchNextPage()}>
            More
          </Button>
        </Group>
      )}
    </Stack>
  );
}
