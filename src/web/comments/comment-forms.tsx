import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Feedback } from '../../contract/feedback.js';
import { api } from '../api.js';
import { useCallContext } from '../call/call-context.js';
import { useKept } from '../call/draft.js';
import { usePeople } from '../people.js';
import { SentForm } from '../sent-form.js';
import { commentHtml, mentionsIn, NOTHING_WRITTEN, type WrittenComment, writtenComment } from './comment-html.js';
import { withNames } from './composer.js';
import { MentionField } from './mention-field.js';

/** Where a reply to a comment is written. */
export function ReplyForm({ thread, onDone }: { readonly thread: Feedback; readonly onDone: () => void }) {
  const { session } = useCallContext();
  return (
    <TextForm
      label="Reply"
      action="Send reply"
      keptAs={`reply ${session.user.id} ${thread.id}`}
      initial={NOTHING_WRITTEN}
      onDone={onDone}
      send={(text, mentions) =>
        api.v1.createFeedback({
          body: { callId: thread.callId, replyTo: thread.id, text, mentions },
          idempotencyKey: crypto.randomUUID(),
        })
      }
    />
  );
}

/** Where one changes a comment. */
export function ChangeForm({ entry, onDone }: { readonly entry: Feedback; readonly onDone: () => void }) {
  const { session } = useCallContext();
  return (
    <TextForm
      label="Change the text"
      action="Save"
      keptAs={`change ${session.user.id} ${entry.id}`}
      initial={writtenComment(entry.text)}
      onDone={onDone}
      send={(text, mentions) => api.v1.updateFeedback({ params: { id: entry.id }, body: { text, mentions } })}
    />
  );
}

interface TextFormProps {
  readonly label: string;
  readonly action: string;
  /** The name under which what is typed survives a reload. */
  readonly keptAs: string;
  readonly initial: WrittenComment;
  readonly send: (html: string, mentions: string[]) => Promise<unknown>;
  readonly onDone: () => void;
}

function TextForm({ label, action, keptAs, initial, send, onDone }: TextFormProps) {
  const { callId } = useCallContext();
  const queryClient = useQueryClient();
  const people = usePeople();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const [kept, keep] = useKept<WrittenComment>(keptAs);
  const written = kept ?? initial;
  const close = () => {
    keep(null);
    onDone();
  };
  const sending = useMutation({
    mutationFn: () =>
      send(
        commentHtml(written),
        mentionsIn(written).map(({ id }) => id),
      ),
    onSuccess: () => {
      close();
      return queryClient.invalidateQueries({ queryKey: ['feedback', callId] });
    },
  });
  const trySend = () => {
    if (written.text.trim() !== '' && !sending.isPending) sending.mutate();
  };
  return (
    <SentForm error={withNames(sending.error, people)} onSend={trySend} gap="6">
      <MentionField ref={field} label={label} value={written} onChange={keep} onSend={trySend} />
      <Group gap="xs">
        <Button type="submit" size="compact-sm" loading={sending.isPending}>
          {action}
        </Button>
        <Button variant="default" size="compact-sm" onClick={close}>
          Cancel
        </Button>
      </Group>
    </SentForm>
  );
}
