import { Button, Checkbox, Divider, Group, Modal, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ClipShare } from '../../contract/clip-shares.js';
import { api } from '../api.js';
import { PersonSelect } from '../person-select.js';
import { SentForm } from '../sent-form.js';
import { LinkField } from '../shares/link-field.js';
import { TeamSelect } from '../team-select.js';
import { ClipShares } from './clip-shares.js';

const LIVES = [
  { value: '1', label: '1 day' },
  { value: '7', label: '7 days' },
  { value: '14', label: '14 days' },
  { value: '30', label: '30 days' },
  { value: '365', label: '1 year' },
];
const DAY_MS = 86_400_000;

interface ClipShareDialogProps {
  readonly clipId: string;
  readonly onClose: () => void;
}

/** Shares a clip: recipients see and hear this part of the call, and nothing else of it. */
export function ClipShareDialog({ clipId, onClose }: ClipShareDialogProps) {
  const [made, setMade] = useState<ClipShare | null>(null);
  return (
    <Modal opened onClose={onClose} title="Share this clip" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="md">
        {made === null ? (
          <ShareForm clipId={clipId} onShared={setMade} />
        ) : (
          <Shared share={made} onAgain={() => setMade(null)} onClose={onClose} />
        )}
        <Divider />
        <ClipShares clipId={clipId} />
      </Stack>
    </Modal>
  );
}

interface ShareFormProps {
  readonly clipId: string;
  readonly onShared: (share: ClipShare) => void;
}

function ShareForm({ clipId, onShared }: ShareFormProps) {
  const queryClient = useQueryClient();
  const [people, setPeople] = useState<readonly string[]>([]);
  const [teams, setTeams] = useState<readonly string[]>([]);
  const [addresses, setAddresses] = useState('');
  const [days, setDays] = useState('14');
  const [audio, setAudio] = useState(false);
  const [message, setMessage] = useState('');
  const recipientEmails = addresses.split(/[\s,;]+/).filter((address) => address !== '');
  const share = useMutation({
    mutationFn: () =>
      // A repeated answer would lack the links: it is not sent twice.
      api.v1.createClipShare({
        body: {
          clipId,
          recipientUserIds: [...people],
          recipientTeamIds: [...teams],
          recipientEmails,
          audio: audio && recipientEmails.length > 0,
          ...(message.trim() !== '' && { message }),
          ...(recipientEmails.length > 0 && { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
        },
      }),
    onSuccess: (made) => {
      queryClient.invalidateQueries({ queryKey: ['clip', clipId, 'shares'] });
      onShared(made);
    },
  });
  const isEmpty = people.length + teams.length + recipientEmails.length === 0;
  return (
    <SentForm error={share.error} onSend={() => !isEmpty && share.mutate()} gap="sm">
      <Text size="sm">They see and hear this part of the call, and nothing else of it.</Text>
      <PersonSelect multiple label="Colleagues" value={people} onChange={setPeople} />
      <TeamSelect
        multiple
        label="Teams"
        description="Whoever is in the team at the time."
        value={teams}
        onChange={setTeams}
      />
      <TextInput
        label="Others, by e-mail address"
        description="Each gets a link of their own, to be sent by you. Separate addresses by commas."
        value={addresses}
        onChange={(event) => setAddresses(event.currentTarget.value)}
      />
      {recipientEmails.length > 0 && (
        <Group align="flex-end" gap="md">
          <Select
            label="Links end after"
            data={LIVES}
            value={days}
            onChange={(value) => setDays(value ?? '14')}
            allowDeselect={false}
            w={140}
          />
          <Checkbox
            label="They may also hear the clip"
            checked={audio}
            onChange={(event) => setAudio(event.currentTarget.checked)}
            mb={8}
          />
        </Group>
      )}
      <Textarea
        label="Message"
        autosize
        minRows={2}
        maxLength={2_000}
        value={message}
        onChange={(event) => setMessage(event.currentTarget.value)}
      />
      <Group justify="flex-end">
        <Button type="submit" loading={share.isPending} disabled={isEmpty}>
          Share
        </Button>
      </Group>
    </SentForm>
  );
}

interface SharedProps {
  readonly share: ClipShare;
  readonly onAgain: () => void;
  readonly onClose: () => void;
}

function Shared({ share: { links }, onAgain, onClose }: SharedProps) {
  return (
    <Stack gap="sm">
      <Text role="status" fw={600}>
        The clip is shared.
      </Text>
      {links.length > 0 && <Text size="sm">Copy the links and send them. They are shown only here, and only now.</Text>}
      {links.map(({ email, url }) => url !== undefined && <LinkField key={email} label={email} url={url} />)}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onAgain}>
          Share with more
        </Button>
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
