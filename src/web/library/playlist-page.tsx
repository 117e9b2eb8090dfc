import { Button, Grid, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Playlist, PlaylistItem, PlaylistItems } from '../../contract/playlists.js';
import { usePeople } from '../people.js';
import { Fault } from '../sent-form.js';
import { sessionQuery } from '../session.js';
import { Failed, State, Waiting } from '../shell/states.js';
import { TextLink } from '../text-link.js';
import { useItemOrder } from './item-order.js';
import { PlayedItem } from './played-item.js';
import { EditPlaylist, RemovePlaylist } from './playlist-dialogs.js';
import { PlaylistQueue } from './playlist-queue.js';
import { PlaylistShareDialog } from './playlist-share-dialog.js';
import { playlistItemsQuery, playlistQuery } from './queries.js';
import './styles.js';

const route = getRouteApi('/inside/library/playlists/$playlistId');

export function PlaylistPage() {
  const { playlistId } = route.useParams();
  const playlist = useQuery(playlistQuery(playlistId));
  const items = useQuery(playlistItemsQuery(playlistId));
  if (playlist.isError || items.isError) return <Failed error={(playlist.error ?? items.error)!} />;
  if (playlist.isPending || items.isPending) return <Waiting />;
  return (
    <LoadedPlaylist key={playlistId} playlist={playlist.data.data} etag={playlist.data.etag} content={items.data} />
  );
}

interface LoadedPlaylistProps {
  readonly playlist: Playlist;
  readonly etag: string | null;
  readonly content: PlaylistItems;
}

function LoadedPlaylist({ playlist, etag, content: { items, hidden } }: LoadedPlaylistProps) {
  const { id, title, note, ownerId } = playlist;
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { item } = route.useSearch();
  const navigate = route.useNavigate();
  const people = usePeople();
  const [dialog, setDialog] = useState<'edit' | 'share' | 'remove' | null>(null);
  // Once the person has begun to play, what comes next plays by itself.
  const [isRunning, setIsRunning] = useState(false);
  const order = useItemOrder(id);
  const isOwn = ownerId === session?.user.id || session?.user.role === 'admin';
  const current = items.find((each) => each.id === item) ?? items[0];
  const at = current === undefined ? -1 : items.indexOf(current);
  const goTo = (next: PlaylistItem | undefined) => {
    if (next === undefined) return setIsRunning(false);
    setIsRunning(true);
    navigate({ search: { item: next.id }, replace: true, resetScroll: false });
  };
  const close = () => setDialog(null);
  return (
    <Stack component="article">
      <title>{`${title} · Debrief`}</title>
      <Group justify="space-between" align="flex-start">
        <div>
          <TextLink to="/library">Library</TextLink>
          <Title order={1} size="h3" className="library-text">
            {title}
          </Title>
          <Text size="sm" c="dimmed">
            {ownerId === session?.user.id ? 'Your playlist' : `By ${people.get(ownerId) ?? 'somebody'}`}
          </Text>
        </div>
        {isOwn && (
          <Group gap="xs">
            <Button variant="default" onClick={() => setDialog('edit')}>
              Edit
            </Button>
            <Button variant="default" onClick={() => setDialog('remove')}>
              Delete
            </Button>
            <Button onClick={() => setDialog('share')}>Share</Button>
          </Group>
        )}
      </Group>
      {note !== null && <Text className="library-text">{note}</Text>}
      {current === undefined ? (
        <State title={hidden > 0 ? 'Nothing that you see' : 'Nothing in it yet'}>
          <Text>
            {hidden > 0
              ? 'What this playlist holds was not shared with you. Ask whoever made it.'
              : 'Add clips from their pages, and calls from the list of calls.'}
          </Text>
        </State>
      ) : (
        <Grid>
          <Grid.Col span={{ base: 12, md: 8 }} order={{ base: 2, md: 1 }}>
            <PlayedItem
              key={current.id}
              item={current}
              place={at + 1}
              count={items.length}
              playsAtOnce={isRunning}
              onPrevious={at > 0 ? () => goTo(items[at - 1]) : null}
              onNext={at < items.length - 1 ? () => goTo(items[at + 1]) : null}
              onEnd={() => goTo(items[at + 1])}
            />
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 4 }} order={{ base: 1, md: 2 }}>
            <Fault error={order.error} />
            <PlaylistQueue items={items} currentId={current.id} onPick={goTo} onOrder={isOwn ? order.send : null} />
          </Grid.Col>
        </Grid>
      )}
      {hidden > 0 && (
        <Text size="sm">
          {hidden === 1 ? 'One more item is' : `${hidden} more items are`} in this playlist. You do not see{' '}
          {hidden === 1 ? 'it' : 'them'}.
        </Text>
      )}
      {dialog === 'edit' && <EditPlaylist playlist={playlist} etag={etag} onClose={close} />}
      {dialog === 'share' && <PlaylistShareDialog playlist={playlist} etag={etag} items={items} onClose={close} />}
      {dialog === 'remove' && <RemovePlaylist id={id} onClose={close} />}
    </Stack>
  );
}
