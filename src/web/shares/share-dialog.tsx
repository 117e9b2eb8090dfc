import { Button, Checkbox, Divider, Group, Modal, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Share } from '../../contract/shares.js';
import { api } from '../api.js';
import { useCallContext } from '../call/call-context.js';
import { PersonSelect } from '../person-select.js';
import { SentForm } from '../sent-form.js';
import { CallShares } from './call-shares.js';
import { LinkField } from './link-field.js';
import './styles.js';

const LIVES = [
  { value: '1', label: '1 day' },
  { value: '7', label: '7 days' },
  { value: '14', label: '14 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
];
const DAY_MS = 86_400_000;

const addressesIn = (text: string) => text.split(/[\s,;]+/).filter((address) => address !== '');

/** Shares the call of the page with colleagues, who then see it, and with others, who get a link each. */
export function ShareDialog({ onClose }: { readonly onClose: () => void }) {
  const [made, setMade] = useState<Share | null>(null);
  return (
    <Modal opened onClose={onClose} title="Share this call" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="md">
        {made === null ? (
          <ShareForm onShared={setMade} />
        ) : (
          <Shared share={made} onAgain={() => setMade(null)} onClose={onClose} />
        )}
        <Divider />
        <CallShares />
      </Stack>
    </Modal>
  );
}

function ShareForm({ onShared }: { readonly onShared: (share: Share) => void }) {
  const { callId } = useCallContext();
  const queryClient = useQueryClient();
  const [people, setPeople] = useState<readonly string[]>([]);
  const [addresses, setAddresses] = useState('');
  const [days, setDays] = useState('14');
  const [audio, setAudio] = useState(false);
  const [message, setMessage] = useState('');
  const recipientEmails = addressesIn(addresses);
  const share = useMutation({
    mutationFn: () =>
      api.v1.createShare({
        body: {
          callId,
          recipientUserIds: [...people],
          recipientEmails,
          audio: audio && recipientEmails.length > 0,
          ...(message.trim() !== '' && { message }),
          ...(recipientEmails.length > 0 && { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
        },
        // A repeated answer would lack the links: it is not sent twice.
      }),
    onSuccess: (made) => {
      queryClient.invalidateQueries({ queryKey: ['shares', callId] });
      onShared(made);
    },
  });
  const isEmpty = people.length + recipientEmails.length === 0;
  return (
    <SentForm error={share.error} onSend={() => !isEmpty && share.mutate()} gap="sm">
      <PersonSelect
        multiple
        label="Colleagues"
        description="They see the whole call from then on."
        value={people}
        onChange={setPeople}
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
            label="They may also hear the call"
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
  readonly share: Share;
  readonly onAgain: () => void;
  readonly onClose: () => void;
}

function Shared({ share: { links, recipientUserIds }, onAgain, onClose }: SharedProps) {
  return (
    <Stack gap="sm">
      <Text role="status" fw={600}>
        The call is shared.
      </Text>
      {recipientUserIds.length > 0 && <Text size="sm">Your colleagues see it now.</Text>}
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
