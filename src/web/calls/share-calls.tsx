import { Button, Group, Progress, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, messageOf } from '../api.js';
import { usePeople } from '../people.js';
import { PersonSelect } from '../person-select.js';
import { SentForm } from '../sent-form.js';
import { toast } from '../toasts.js';

interface ShareCallsProps {
  readonly callIds: readonly string[];
  readonly onDone: () => void;
}

/** Shares calls with people of the account, one after the other. */
export function ShareCalls({ callIds, onDone }: ShareCallsProps) {
  const [recipients, setRecipients] = useState<readonly string[]>([]);
  const [message, setMessage] = useState('');
  const [done, setDone] = useState<ReadonlyMap<string, string>>(new Map());
  const names = usePeople();
  const queryClient = useQueryClient();
  const share = useMutation({
    mutationFn: async () => {
      const made = new Map(done);
      for (const callId of callIds) {
        // What was shared before something failed is not shared again.
        if (made.has(callId)) continue;
        const body = { callId, recipientUserIds: [...recipients], message: message.trim() || null };
        const { id } = await api.v1.createShare({ body, idempotencyKey: crypto.randomUUID() });
        made.set(callId, id);
        setDone(new Map(made));
      }
      return [...made.values()];
    },
    onSuccess: (ids) => {
      const whom = recipients.map((id) => names.get(id)).join(', ');
      toast(`Shared ${callIds.length === 1 ? 'a call' : `${callIds.length} calls`} with ${whom}`, async () => {
        for (const id of ids) await api.v1.revokeShare({ params: { id } });
        await queryClient.invalidateQueries({ queryKey: ['shares'] });
      });
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['shares'] }),
  });
  const failure = share.error && `${done.size} of ${callIds.length} are shared. ${messageOf(share.error)}`;
  return (
    <SentForm
      error={failure === null ? null : new Error(failure)}
      onSend={() => recipients.length > 0 && !share.isPending && share.mutate()}
    >
      <PersonSelect label="With" multiple required value={recipients} onChange={setRecipients} />
      <Textarea
        label="Message"
        description="They see it beside the call"
        autosize
        minRows={2}
        maxLength={2000}
        value={message}
        onChange={(event) => setMessage(event.currentTarget.value)}
      />
      {share.isPending && (
        <Stack gap={4} role="status">
          <Text size="sm">
            {done.size} of {callIds.length} shared
          </Text>
          <Progress value={(done.size / callIds.length) * 100} aria-label="Sharing" />
        </Stack>
      )}
      <Group justify="flex-end">
        <Button type="submit" loading={share.isPending} disabled={recipients.length === 0}>
          Share
        </Button>
      </Group>
    </SentForm>
  );
}
