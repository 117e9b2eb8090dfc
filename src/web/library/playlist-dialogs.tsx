import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { v1Routes } from '../../client/index.js';
import type { Playlist } from '../../contract/playlists.js';
import { api } from '../api.js';
import { ConfirmDialog } from '../confirm-dialog.js';
import { toast } from '../toasts.js';
import { playlistQuery } from './queries.js';
import { TextDialog, type WrittenText } from './text-form.js';

interface EditPlaylistProps {
  readonly playlist: Playlist;
  readonly etag: string | null;
  readonly onClose: () => void;
}

/** Changes the title and the note of a playlist. */
export function EditPlaylist({ playlist, etag, onClose }: EditPlaylistProps) {
  const queryClient = useQueryClient();
  const { id } = playlist;
  const edit = useMutation({
    mutationFn: (body: WrittenText) =>
      api.request(v1Routes.playlists.update, { params: { id }, body, ...(etag !== null && { ifMatch: etag }) }),
    onSuccess: async (answer) => {
      queryClient.setQueryData(playlistQuery(id).queryKey, answer);
      await queryClient.invalidateQueries({ queryKey: ['playlists'] });
      onClose();
    },
  });
  return (
    <TextDialog
      heading="Edit the playlist"
      action="Save"
      given={playlist}
      isPending={edit.isPending}
      error={edit.error}
      onSend={edit.mutate}
      onClose={onClose}
    />
  );
}

/** Deletes a playlist, after asking. */
export function RemovePlaylist({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.v1.playlists.remove({ params: { id } }),
    onSuccess: async () => {
      await navigate({ to: '/library' });
      await queryClient.invalidateQueries({ queryKey: ['playlists'] });
      toast('The playlist is deleted.');
    },
  });
  return (
    <ConfirmDialog
      isOpen
      title="Delete this playlist?"
      action="Delete it"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      Its clips and calls stay. Nobody finds them by this list any more.
    </ConfirmDialog>
  );
}
