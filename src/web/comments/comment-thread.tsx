import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Feedback } from '../../contract/feedback.js';
import { useCallContext } from '../call/call-context.js';
import { MomentButton } from '../call/moment-button.js';
import { createInstantFormat } from '../instants.js';
import { usePeople } from '../people.js';
import { ChangeForm, ReplyForm } from './comment-forms.js';
import { CommentText } from './comment-text.js';
import { DeleteComment } from './delete-comment.js';

interface CommentThreadProps {
  readonly comment: Feedback;
  readonly replies: readonly Feedback[];
}

/** A comment or highlight, with the replies to it. */
export function CommentThread({ comment, replies }: CommentThreadProps) {
  const [isReplying, setIsReplying] = useState(false);
  return (
    <Paper withBorder p="xs" component="article">
      <Stack gap="xs">
        <Entry entry={comment} />
        {replies.length > 0 && (
          <Stack gap="xs" className="replies">
            {replies.map((reply) => (
              <Entry key={reply.id} entry={reply} />
            ))}
          </Stack>
        )}
        {isReplying ? (
          <ReplyForm thread={comment} onDone={() => setIsReplying(false)} />
        ) : (
          <Group>
            <Button variant="subtle" size="compact-sm" onClick={() => setIsReplying(true)}>
              Reply
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

function Entry({ entry }: { readonly entry: Feedback }) {
  const { session, can, call } = useCallContext();
  const people = usePeople();
  const [isChanging, setIsChanging] = useState(false);
  const isOwn = entry.feedbackBy === session.user.id;
  const who = people.get(entry.feedbackBy) ?? 'Somebody';
  if (entry.deleted) return <Text size="sm">This comment was deleted.</Text>;
  const when = createInstantFormat(session.timeZone)(entry.feedbackAt);
  const kind = entry.isHighlight ? 'Highlight' : 'Comment';
  return (
    <div>
      <Group gap={6} align="baseline">
        {entry.isHighlight && (
          <Badge variant="default" size="sm">
            ▬ Highlight
          </Badge>
        )}
        {entry.replyTo === null && (
          <MomentButton seconds={entry.startTime} endSeconds={entry.endTime} label={`${kind} by ${who}`} />
        )}
        <Text size="sm" fw={600}>
          {who}
        </Text>
        <Text size="xs" c="dimmed">
          {when}
        </Text>
      </Group>
      {entry.isHighlight && (
        <Text size="sm" fs="italic" lineClamp={3}>
          “{wordsBetween(call.transcript ?? [], entry.startTime, entry.endTime ?? entry.startTime)}”
        </Text>
      )}
      {isChanging ? (
        <ChangeForm entry={entry} onDone={() => setIsChanging(false)} />
      ) : (
        <CommentText html={entry.text} people={people} />
      )}
      {!isChanging && (isOwn || can.deleteComments) && (
        <Group gap={4}>
          {(isOwn || can.actForOthers) && (
            <Button variant="subtle" size="compact-sm" onClick={() => setIsChanging(true)}>
              Change
            </Button>
          )}
          <DeleteComment entry={entry} />
        </Group>
      )}
    </div>
  );
}

/** What is said from one second to another. */
function wordsBetween(
  words: readonly { readonly start: string; readonly word: string; readonly p?: string }[],
  startSeconds: number,
  endSeconds: number,
): string {
  return words
    .filter(({ start }) => Number(start) >= startSeconds && Number(start) < endSeconds)
    .map(({ word, p = '' }) => word + p)
    .join(' ');
}
