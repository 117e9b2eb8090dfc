import { Button, Checkbox, Group, Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { v1Routes } from '../../client/index.js';
import type { Playlist, PlaylistItem } from '../../contract/playlists.js';
import { api } from '../api.js';
import { PersonSelect } from '../person-select.js';
import { SentForm } from '../sent-form.js';
import { TeamSelect } from '../team-select.js';
import { toast } from '../toasts.js';
import { playlistQuery } from './queries.js';

interface PlaylistShareDialogProps {
  readonly playlist: Playlist;
  readonly etag: string | null;
  readonly items: readonly PlaylistItem[];
  readonly onClose: () => void;
}

/** Says who sees a playlist. Its clips are shared with those who are new only if the person asks for that, too. */
export function PlaylistShareDialog({ playlist, etag, items, onClose }: PlaylistShareDialogProps) {
  const queryClient = useQueryClient();
  const { id, ownerId, sharedWithUserIds, sharedWithTeamIds } = playlist;
  const [people, setPeople] = useState<readonly string[]>(sharedWithUserIds);
  const [teams, setTeams] = useState<readonly string[]>(sharedWithTeamIds);
  const [withClips, setWithClips] = useState(false);
  const added = {
    recipientUserIds: people.filter((person) => !sharedWithUserIds.includes(person)),
    recipientTeamIds: teams.filter((team) => !sharedWithTeamIds.includes(team)),
  };
  // Only who sees the whole call may share a clip of it.
  const clipIds = items.flatMap(({ clipId, wholeCall }) => (clipId !== null && wholeCall ? [clipId] : []));
  const isAnybodyNew = added.recipientUserIds.length + added.recipientTeamIds.length > 0;
  const share = useMutation({
    mutationFn: async () => {
      if (withClips && isAnybodyNew) {
        for (const clipId of clipIds) await api.v1.createClipShare({ body: { clipId, ...added } });
      }
      const body = { sharedWithUserIds: [...people], sharedWithTeamIds: [...teams] };
      return api.request(v1Routes.playlists.update, { params: { id }, body, ...(etag !== null && { ifMatch: etag }) });
    },
    onSuccess: (answer) => {
      queryClient.setQueryData(playlistQuery(id).queryKey, answer);
      toast(people.length + teams.length === 0 ? 'Only you see the playlist now.' : 'The playlist is shared.');
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title="Share this playlist" closeButtonProps={{ 'aria-label': 'Close' }}>
      <SentForm error={share.error} onSend={() => share.mutate()} gap="sm">
        <PersonSelect multiple label="Colleagues" except={[ownerId]} value={people} onChange={setPeople} />
        <TeamSelect
          multiple
          label="Teams"
          description="Whoever is in the team at the time."
          value={teams}
          onChange={setTeams}
        />
        <Text size="sm">They see the list, and those of its clips and calls that they may see.</Text>
        {clipIds.length > 0 && (
          <Checkbox
            label={
              clipIds.length === 1
                ? 'Also share its clip with them'
                : `Also share its ${clipIds.length} clips with them`
            }
            description="For those whom you add now. Whole calls are shared on their own pages."
            disabled={!isAnybodyNew}
            checked={withClips}
            onChange={(event) => setWithClips(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={share.isPending}>
            Save
          </Button>
        </Group>
      </SentForm>
    </Modal>
  );
}
