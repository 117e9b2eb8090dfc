import { Anchor, Button, Paper, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { v1Routes } from '../../client/index.js';
import type { Feedback } from '../../contract/feedback.js';
import { api, messageOf } from '../api.js';
import { formatLength } from '../instants.js';
import { usePeople } from '../people.js';
import { SentForm } from '../sent-form.js';
import { Waiting } from '../shell/states.js';
import type { CallClock } from './clock.js';

interface CommentsPanelProps {
  readonly callId: string;
  readonly clock: CallClock;
}

export function CommentsPanel({ callId, clock }: CommentsPanelProps) {
  const people = usePeople();
  const feedback = useQuery({
    queryKey: ['feedback', callId],
    queryFn: async () => {
      const items: Feedback[] = [];
      for await (const item of api.list(v1Routes.listFeedback, { query: { callId } })) items.push(item);
      return items;
    },
  });
  if (feedback.isPending) return <Waiting />;
  if (feedback.isError) return <Text role="alert">{messageOf(feedback.error)}</Text>;
  return (
    <Stack gap="sm">
      <NewComment callId={callId} clock={clock} />
      {feedback.data.length === 0 && <Text c="dimmed">No comments yet.</Text>}
      {feedback.data.map((item) => (
        <Paper key={item.id} withBorder p="xs">
          <Text size="xs" c="dimmed">
            {people.get(item.feedbackBy) ?? 'Somebody'}, {item.isHighlight ? 'highlight at ' : 'at '}
            <Anchor component="button" type="button" size="xs" onClick={() => clock.seek(item.startTime)}>
              {formatLength(item.startTime)}
            </Anchor>
          </Text>
          <Text size="sm" className="typed">
            {item.deleted ? 'This comment was deleted.' : textOf(item.text)}
          </Text>
        </Paper>
      ))}
    </Stack>
  );
}

/** What is read of a comment. It is shown as text, never as HTML, wherever it came from. */
function textOf(html: string | null): string {
  if (html === null) return '';
  const lines = html.replaceAll(/<br\s*\/?>|<\/(p|div|li)>/gi, '\n');
  return new DOMParser().parseFromString(lines, 'text/html').body.textContent ?? '';
}

function NewComment({ callId, clock }: CommentsPanelProps) {
  const queryClient = useQueryClient();
  const [text, setText] = useState('');
  const send = useMutation({
    mutationFn: () =>
      api.v1.createFeedback({
        body: { callId, text, startTime: Math.floor(clock.now()) },
        idempotencyKey: crypto.randomUUID(),
      }),
    onSuccess: () => {
      setText('');
      return queryClient.invalidateQueries({ queryKey: ['feedback', callId] });
    },
  });
  return (
    <SentForm error={send.error} onSend={() => text.trim() !== '' && send.mutate()} gap="xs">
      <Textarea
        aria-label="Comment at this moment"
        placeholder="Comment at this moment"
        autosize
        minRows={2}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" size="xs" variant="light" loading={send.isPending}>
        Comment
      </Button>
    </SentForm>
  );
}
