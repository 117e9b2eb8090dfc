import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { Clip } from '../../contract/clips.js';
import { api } from '../api.js';
import { ConfirmDialog } from '../confirm-dialog.js';
import { createInstantFormat, formatLength } from '../instants.js';
import { usePeople } from '../people.js';
import { sessionQuery } from '../session.js';
import { Failed, Waiting } from '../shell/states.js';
import { TextLink } from '../text-link.js';
import { toast } from '../toasts.js';
import { AddToPlaylist } from './add-to-playlist.js';
import { ClipShareDialog } from './clip-share-dialog.js';
import { clipQuery } from './queries.js';
import { useStretch } from './stretch.js';
import { StretchPlayer } from './stretch-player.js';
import './styles.js';
import { TextDialog, type WrittenText } from './text-form.js';

const route = getRouteApi('/inside/library/clips/$clipId');

export function ClipPage() {
  const { clipId } = route.useParams();
  const clip = useQuery(clipQuery(clipId));
  if (clip.isPending) return <Waiting />;
  if (clip.isError) return <Failed error={clip.error} />;
  return <LoadedClip key={clipId} clip={clip.data.data} etag={clip.data.etag} />;
}

type Dialog = 'edit' | 'share' | 'remove' | 'add';

function LoadedClip({ clip, etag }: { readonly clip: Clip; readonly etag: string | null }) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const people = usePeople();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const { id, callId, title, note, startSeconds, endSeconds, createdBy, callTime, callerName, wholeCall } = clip;
  const { stretch, error } = useStretch({ clipId: id, callId, startSeconds, endSeconds, wholeCall });
  const format = createInstantFormat(session?.timeZone ?? 'UTC');
  const role = session?.user.role;
  const isOwn = createdBy === session?.user.id || role === 'admin';
  const close = () => setDialog(null);
  return (
    <Stack component="article">
      <title>{`${title} · Debrief`}</title>
      <Group justify="space-between" align="flex-start">
        <div>
          <TextLink to="/library" search={{ tab: 'clips' }}>
            Library
          </TextLink>
          <Title order={1} size="h3" className="library-text">
            {title}
          </Title>
          <Text size="sm" c="dimmed">
            {callerName ?? 'A call'}, {format(callTime)} · {formatLength(endSeconds - startSeconds)} · by{' '}
            {people.get(createdBy) ?? 'somebody'}
          </Text>
        </div>
        <Group gap="xs">
          <Button variant="default" onClick={() => setDialog('add')}>
            Add to a playlist
          </Button>
          {isOwn && (
            <Button variant="default" onClick={() => setDialog('edit')}>
              Edit
            </Button>
          )}
          {(isOwn || (role === 'manager' && wholeCall)) && (
            <Button variant="default" onClick={() => setDialog('remove')}>
              Delete
            </Button>
          )}
          {wholeCall && <Button onClick={() => setDialog('share')}>Share</Button>}
        </Group>
      </Group>
      {note !== null && <Text className="library-text">{note}</Text>}
      {wholeCall ? (
        <TextLink to="/calls/$callId" params={{ callId }} search={{ t: startSeconds }}>
          Open the whole call at this moment
        </TextLink>
      ) : (
        <Text size="sm">This part of the call was shared with you. You do not see the rest.</Text>
      )}
      {stretch !== undefined && <StretchPlayer key={stretch.audioUrl} stretch={stretch} />}
      {stretch === undefined && (error === null ? <Waiting /> : <Failed error={error as Error} />)}
      {dialog === 'edit' && <EditClip clip={clip} etag={etag} onClose={close} />}
      {dialog === 'share' && <ClipShareDialog clipId={id} onClose={close} />}
      {dialog === 'remove' && <RemoveClip id={id} onClose={close} />}
      {dialog === 'add' && <AddToPlaylist clipIds={[id]} onClose={close} />}
    </Stack>
  );
}

interface EditClipProps {
  readonly clip: Clip;
  readonly etag: string | null;
  readonly onClose: () => void;
}

function EditClip({ clip, etag, onClose }: EditClipProps) {
  const queryClient = useQueryClient();
  const edit = useMutation({
    mutationFn: (body: WrittenText) =>
      api.v1.clips.update({ params: { id: clip.id }, body, ...(etag !== null && { ifMatch: etag }) }),
    onSuccess: async () => {
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ['clip', clip.id] }),
        queryClient.invalidateQueries({ queryKey: ['clips'] }),
      ]);
      onClose();
    },
  });
  return (
    <TextDialog
      heading="Edit the clip"
      action="Save"
      given={clip}
      isPending={edit.isPending}
      error={edit.error}
      onSend={edit.mutate}
      onClose={onClose}
    />
  );
}

function RemoveClip({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.v1.clips.remove({ params: { id } }),
    onSuccess: async () => {
      await navigate({ to: '/library', search: { tab: 'clips' } });
      await queryClient.invalidateQueries({ queryKey: ['clips'] });
      toast('The clip is deleted.');
    },
  });
  return (
    <ConfirmDialog
      isOpen
      title="Delete this clip?"
      action="Delete it"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      Its shares and links end, and it goes from all playlists. The call stays.
    </ConfirmDialog>
  );
}
