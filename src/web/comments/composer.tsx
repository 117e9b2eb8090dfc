import { Button, CloseButton, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { ApiError } from '../../client/index.js';
import { api } from '../api.js';
import { useCallContext } from '../call/call-context.js';
import { useKept } from '../call/draft.js';
import { formatLength } from '../instants.js';
import { usePeople } from '../people.js';
import { SentForm } from '../sent-form.js';
import { commentHtml, mentionsIn, NOTHING_WRITTEN, type WrittenComment } from './comment-html.js';
import { MentionField } from './mention-field.js';

/** Where a comment or highlight is written. What is typed survives a reload. */
export function Composer() {
  const { callId, clock, session, draft, startDraft, startedDrafts } = useCallContext();
  const queryClient = useQueryClient();
  const field = useRef<HTMLTextAreaElement>(null);
  const [kept, keep] = useKept<WrittenComment>(`comment ${session.user.id} ${callId}`);
  const written = kept ?? NOTHING_WRITTEN;
  useEffect(() => {
    if (startedDrafts > 0) field.current?.focus();
  }, [startedDrafts]);
  const isHighlight = draft?.kind === 'highlight';
  const send = useMutation({
    mutationFn: () => {
      const startTime = draft?.startSeconds ?? Math.floor(clock.now());
      const endTime = isHighlight ? draft.endSeconds : null;
      // A highlight has its range; a comment has one moment, and quotes the words that it is about.
      const html = commentHtml({ ...written, quote: isHighlight ? '' : (draft?.quote ?? '') });
      const mentions = mentionsIn(written).map(({ id }) => id);
      const body = { callId, text: html === '' ? null : html, startTime, endTime, mentions };
      return api.v1.createFeedback({ body, idempotencyKey: crypto.randomUUID() });
    },
    onSuccess: () => {
      keep(null);
      startDraft(null);
      return queryClient.invalidateQueries({ queryKey: ['feedback', callId] });
    },
  });
  const people = usePeople();
  const trySend = () => {
    if ((written.text.trim() !== '' || isHighlight) && !send.isPending) send.mutate();
  };
  const change = (next: WrittenComment) => {
    // From the first letter on, it stays where it was begun.
    if (draft === null && next.text !== '') {
      startDraft({ kind: 'comment', startSeconds: Math.floor(clock.now()), endSeconds: null, quote: '' });
    }
    keep(next);
  };
  return (
    <SentForm error={withNames(send.error, people)} onSend={trySend} gap="xs">
      {draft !== null && (
        <Group gap="xs" justify="space-between" wrap="nowrap" align="flex-start">
          <div className="comment-place">
            <Text size="sm" fw={600}>
              {isHighlight ? '▬ Highlight' : '● Comment'} at {formatLength(draft.startSeconds)}
              {isHighlight && draft.endSeconds !== null && ` to ${formatLength(draft.endSeconds)}`}
            </Text>
            {draft.quote !== '' && (
              <Text size="sm" lineClamp={3} fs="italic">
                “{draft.quote}”
              </Text>
            )}
          </div>
          <CloseButton
            aria-label={written.text === '' ? 'Give this up' : 'Move to the moment that is heard'}
            title={written.text === '' ? 'Give this up' : 'Move to the moment that is heard'}
            onClick={() =>
              startDraft(
                written.text === ''
                  ? null
                  : { kind: 'comment', startSeconds: Math.floor(clock.now()), endSeconds: null, quote: '' },
              )
            }
          />
        </Group>
      )}
      <MentionField
        ref={field}
        label={isHighlight ? 'Note on this highlight, if you like' : 'Comment at this moment'}
        value={written}
        onChange={change}
        onSend={trySend}
      />
      <Group>
        <Button type="submit" size="xs" loading={send.isPending}>
          {isHighlight ? 'Highlight' : 'Comment'}
        </Button>
      </Group>
    </SentForm>
  );
}

/** A refusal that names people by id, with their names. */
export function withNames(error: unknown, people: ReadonlyMap<string, string>): unknown {
  if (!(error instanceof ApiError) || error.problem.parameter !== 'mentions') return error;
  const blind = [...people].filter(([id]) => error.problem.detail.includes(id)).map(([, name]) => name);
  if (blind.length === 0) return error;
  return new Error(`${blind.join(', ')} cannot see this call. Share it with them first, or take the mention out.`);
}
