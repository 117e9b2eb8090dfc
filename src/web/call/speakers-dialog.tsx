import { Badge, Button, Group, Modal, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CallSpeaker } from '../../contract/v1-answers.js';
import { api } from '../api.js';
import { nameOf } from '../names.js';
import { PersonSelect } from '../person-select.js';
import { SentForm } from '../sent-form.js';
import { toast } from '../toasts.js';
import { useSpeakers } from './speakers.js';

const TYPES = { INTERNAL: 'One of us', EXTERNAL: 'A customer', UNKNOWN: 'Unknown' } as const;
type Correction = Parameters<typeof api.v1.correctSpeaker>[0]['body'];

interface SpeakersDialogProps {
  readonly callId: string;
  readonly onClose: () => void;
}

/** Says who the speakers of a call are. */
export function SpeakersDialog({ callId, onClose }: SpeakersDialogProps) {
  const speakers = useSpeakers(callId);
  const correct = useCorrection(callId);
  const [edited, setEdited] = useState<number | null>(null);
  const swap = () => {
    const [one, other] = speakers as [CallSpeaker, CallSpeaker];
    correct.mutate([
      [one.speakerNumber, correctionOf(other)],
      [other.speakerNumber, correctionOf(one)],
    ]);
  };
  return (
    <Modal opened onClose={onClose} title="Who speaks">
      <Stack gap="md">
        {speakers.map((speaker) => {
          const name = nameOf(speaker) || `Speaker ${speaker.speakerNumber + 1}`;
          return (
            <div key={speaker.speakerNumber}>
              <Group justify="space-between" wrap="nowrap">
                <Text size="sm">
                  <b>{name}</b>{' '}
                  <Badge size="sm" variant="default">
                    {TYPES[speaker.speakerType]}
                  </Badge>
                </Text>
                {edited !== speaker.speakerNumber && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={`Change ${name}`}
                    onClick={() => setEdited(speaker.speakerNumber)}
                  >
                    Change
                  </Button>
                )}
              </Group>
              {edited === speaker.speakerNumber && (
                <SpeakerForm
                  speaker={speaker}
                  error={correct.error}
                  isSending={correct.isPending}
                  onSend={(correction) =>
                    correct.mutate([[speaker.speakerNumber, correction]], { onSuccess: () => setEdited(null) })
                  }
                />
              )}
            </div>
          );
        })}
        {speakers.length === 2 && edited === null && (
          <SentForm error={correct.error} onSend={swap}>
            <Button type="submit" variant="default" loading={correct.isPending}>
              Swap the two
            </Button>
          </SentForm>
        )}
      </Stack>
    </Modal>
  );
}

interface SpeakerFormProps {
  readonly speaker: CallSpeaker;
  readonly error: Error | null;
  readonly isSending: boolean;
  readonly onSend: (correction: Correction) => void;
}

function SpeakerForm({ speaker, error, isSending, onSend }: SpeakerFormProps) {
  const [isColleague, setIsColleague] = useState(speaker.userId !== null || speaker.speakerType === 'INTERNAL');
  const [userId, setUserId] = useState(speaker.userId);
  const [firstName, setFirstName] = useState(speaker.firstName ?? '');
  const [lastName, setLastName] = useState(speaker.lastName ?? '');
  const [type, setType] = useState<CallSpeaker['speakerType']>(
    speaker.speakerType === 'INTERNAL' ? 'EXTERNAL' : speaker.speakerType,
  );
  const send = () => {
    if (!isColleague) onSend({ type, firstName: firstName.trim() || null, lastName: lastName.trim() || null });
    else if (userId !== null) onSend({ userId });
  };
  return (
    <SentForm error={error} onSend={send} gap="xs">
      <SegmentedControl
        size="xs"
        mt="xs"
        data={[
          { value: 'colleague', label: 'One of our people' },
          { value: 'other', label: 'Somebody else' },
        ]}
        value={isColleague ? 'colleague' : 'other'}
        onChange={(value) => setIsColleague(value === 'colleague')}
      />
      {isColleague ? (
        <PersonSelect label="Who it is" value={userId} onChange={setUserId} required />
      ) : (
        <>
          <TextInput
            label="First name"
            value={firstName}
            onChange={(event) => setFirstName(event.currentTarget.value)}
          />
          <TextInput label="Last name" value={lastName} onChange={(event) => setLastName(event.currentTarget.value)} />
          <Select
            label="On which side"
            data={Object.entries(TYPES).map(([value, label]) => ({ value, label }))}
            value={type}
            onChange={(value) => setType(value as typeof type)}
            allowDeselect={false}
          />
        </>
      )}
      <Text size="xs" c="dimmed">
        It holds for everything that this speaker says in this call.
      </Text>
      <Group gap="xs">
        <Button type="submit" size="xs" loading={isSending}>
          Save
        </Button>
        {speaker.isCorrected && (
          <Button size="xs" variant="default" onClick={() => onSend({ reset: true })}>
            As it came
          </Button>
        )}
      </Group>
    </SentForm>
  );
}

function correctionOf({ userId, speakerType, firstName, lastName }: CallSpeaker): Correction {
  return userId === null ? { type: speakerType, firstName, lastName } : { userId };
}

function useCorrection(callId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (corrections: readonly (readonly [number: number, body: Correction])[]) => {
      for (const [number, body] of corrections) await api.v1.correctSpeaker({ params: { id: callId, number }, body });
    },
    onSuccess: () => toast('Saved. The statistics follow in a moment.'),
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['speakers', callId] }),
        queryClient.invalidateQueries({ queryKey: ['call', callId] }),
      ]),
  });
}
