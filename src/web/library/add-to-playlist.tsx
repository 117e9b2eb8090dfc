import { Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.js';
import { NamedSelect } from '../named-select.js';
import { SentForm } from '../sent-form.js';
import { sessionQuery } from '../session.js';
import { toast } from '../toasts.js';
import { ownPlaylistsQuery } from './queries.js';

interface AddToPlaylistProps {
  readonly clipIds?: readonly string[];
  readonly callIds?: readonly string[];
  readonly onClose: () => void;
}

/** Puts clips and calls into one of the person's playlists, or into a new one. */
export function AddToPlaylist({ clipIds = [], callIds = [], onClose }: AddToPlaylistProps) {
  const queryClient = useQueryClient();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { data: own } = useQuery(ownPlaylistsQuery(session?.user.id ?? ''));
  const [playlistId, setPlaylistId] = useState<string | null>(null);
  const [title, setTitle] = useState('');
  const isReady = playlistId !== null || title.trim() !== '';
  const add = useMutation({
    mutationFn: async () => {
      const id = playlistId ?? (await api.v1.playlists.create({ body: { title: title.trim() } })).id;
      const body = { clipIds: [...clipIds], callIds: [...callIds] };
      return api.v1.addPlaylistItems({ params: { id }, body, idempotencyKey: crypto.randomUUID() });
    },
    onSuccess: async (playlist) => {
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ['playlists'] }),
        queryClient.invalidateQueries({ queryKey: ['playlist', playlist.id] }),
      ]);
      toast(`Added to “${playlist.title}”.`);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title="Add to a playlist" closeButtonProps={{ 'aria-label': 'Close' }}>
      <SentForm error={add.error} onSend={() => isReady && add.mutate()} gap="sm">
        {own?.length !== 0 && (
          <NamedSelect
            label="One of your playlists"
            choices={own?.map((each) => ({ value: each.id, label: each.title }))}
            nothing="No playlist of yours has such a title"
            value={playlistId}
            onChange={setPlaylistId}
          />
        )}
        {playlistId === null && (
          <TextInput
            label={own?.length === 0 ? 'Title of your first playlist' : 'Or a new one, with this title'}
            maxLength={200}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
          />
        )}
        <Text size="sm">What is in the playlist already stays where it is.</Text>
        <Group justify="flex-end">
          <Button type="submit" loading={add.isPending} disabled={!isReady}>
            Add
          </Button>
        </Group>
      </SentForm>
    </Modal>
  );
}
