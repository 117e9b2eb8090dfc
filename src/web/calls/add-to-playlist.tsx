import { Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { v1Routes } from '../../client/index.js';
import type { Playlist } from '../../contract/playlists.js';
import { api } from '../api.js';
import { NamedSelect } from '../named-select.js';
import { SentForm } from '../sent-form.js';
import { toast } from '../toasts.js';

interface AddToPlaylistProps {
  readonly callIds: readonly string[];
  readonly userId: string;
  readonly onDone: () => void;
}

/** Adds calls to one of one's own playlists, or to a new one. */
export function AddToPlaylist({ callIds, userId, onDone }: AddToPlaylistProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [title, setTitle] = useState('');
  const queryClient = useQueryClient();
  const { data: playlists } = useQuery({
    queryKey: ['playlists', 'own', userId],
    queryFn: async ({ signal }): Promise<readonly Playlist[]> => {
      const own: Playlist[] = [];
      const query = { ownerId: userId, limit: 1000 };
      for await (const playlist of api.list(v1Routes.playlists.list, { query, signal })) own.push(playlist);
      return own;
    },
  });
  const add = useMutation({
    mutationFn: async () => {
      const playlist =
        chosen === null
          ? await api.v1.playlists.create({ body: { title: title.trim() }, idempotencyKey: crypto.randomUUID() })
          : playlists!.find(({ id }) => id === chosen)!;
      // Should the second step fail, trying again fills the playlist that is there now.
      setChosen(playlist.id);
      if (chosen === null) await queryClient.invalidateQueries({ queryKey: ['playlists'] });
      await api.v1.addPlaylistItems({ params: { id: playlist.id }, body: { callIds: [...callIds] } });
      return playlist;
    },
    onSuccess: (playlist) => {
      toast(`Added ${callIds.length === 1 ? 'a call' : `${callIds.length} calls`} to ${playlist.title}`);
      onDone();
      return queryClient.invalidateQueries({ queryKey: ['playlists'] });
    },
  });
  const isReady = chosen !== null || title.trim() !== '';
  return (
    <SentForm error={add.error} onSend={() => isReady && !add.isPending && add.mutate()}>
      <NamedSelect
        label="Playlist"
        choices={playlists?.map(({ id, title }) => ({ value: id, label: title }))}
        nothing="No playlist of yours has such a title"
        value={chosen}
        onChange={setChosen}
      />
      {chosen === null && (
        <TextInput
          label="Or a new one"
          placeholder="Its title"
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
      )}
      <Group justify="flex-end">
        <Button type="submit" loading={add.isPending} disabled={!isReady}>
          Add
        </Button>
      </Group>
    </SentForm>
  );
}
