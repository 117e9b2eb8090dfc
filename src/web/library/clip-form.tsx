import { Button, Group, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Clip } from '../../contract/clips.js';
import { api } from '../api.js';
import { NamedSelect } from '../named-select.js';
import { SentForm } from '../sent-form.js';
import { sessionQuery } from '../session.js';
import { readMoment, writeMoment } from './clip-times.js';
import { ownPlaylistsQuery } from './queries.js';

interface ClipFormProps {
  readonly callId: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** What the title is at first, such as the words of the range. */
  readonly title?: string;
  /** Called with the clip that was made, and with null if the person gave it up. */
  readonly onDone: (clip: Clip | null) => void;
}

const MAX_TITLE = 200;
const BAD_TIME = 'Write minutes and seconds, such as 1:15.';

/** Makes a clip of a range of a call, and puts it into a playlist if one is chosen. */
export function ClipForm({ callId, startSeconds, endSeconds, title: suggested = '', onDone }: ClipFormProps) {
  const queryClient = useQueryClient();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const playlists = useQuery(ownPlaylistsQuery(session?.user.id ?? ''));
  const [title, setTitle] = useState(suggested.slice(0, MAX_TITLE));
  const [note, setNote] = useState('');
  const [from, setFrom] = useState(writeMoment(startSeconds));
  const [to, setTo] = useState(writeMoment(endSeconds));
  const [playlistId, setPlaylistId] = useState<string | null>(null);
  const range = { start: readMoment(from), end: readMoment(to) };
  const make = useMutation({
    mutationFn: async () => {
      const clip = await api.v1.clips.create({
        body: {
          callId,
          startSeconds: range.start ?? startSeconds,
          endSeconds: range.end ?? endSeconds,
          title: title.trim(),
          ...(note.trim() !== '' && { note: note.trim() }),
        },
        idempotencyKey: crypto.randomUUID(),
      });
      if (playlistId !== null) {
        await api.v1.addPlaylistItems({ params: { id: playlistId }, body: { clipIds: [clip.id] } });
        await queryClient.invalidateQueries({ queryKey: ['playlist', playlistId] });
      }
      return clip;
    },
    onSuccess: async (clip) => {
      await queryClient.invalidateQueries({ queryKey: ['clips'] });
      onDone(clip);
    },
  });
  const isReady = title.trim() !== '' && range.start !== null && range.end !== null;
  return (
    <SentForm error={make.error} onSend={() => isReady && make.mutate()} gap="sm">
      <TextInput
        label="Title"
        required
        maxLength={MAX_TITLE}
        data-autofocus
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Group grow align="flex-start">
        <TextInput
          label="From"
          value={from}
          error={range.start === null && BAD_TIME}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          label="To"
          value={to}
          error={range.end === null && BAD_TIME}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </Group>
      <Textarea
        label="Note"
        autosize
        minRows={2}
        maxLength={4_000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {playlists.data !== undefined && playlists.data.length > 0 && (
        <NamedSelect
          label="Add to a playlist"
          choices={playlists.data.map(({ id, title }) => ({ value: id, label: title }))}
          nothing="No playlist of yours has such a title"
          value={playlistId}
          onChange={setPlaylistId}
        />
      )}
      <Text size="sm">Whoever sees the call sees the clip. You can share it with others in the library.</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={() => onDone(null)}>
          Cancel
        </Button>
        <Button type="submit" loading={make.isPending} disabled={!isReady}>
          Make the clip
        </Button>
      </Group>
    </SentForm>
  );
}
