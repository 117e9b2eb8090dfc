import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallContext } from '../call/call-context.js';
import { feedbackQuery } from '../call/feedback-query.js';
import { PanelEmpty, PanelFailed, PanelWaiting } from '../call/panel-states.js';
import './comments.css';
import { CommentThread } from './comment-thread.js';
import { Composer } from './composer.js';

/** What people said of the call of the page, in order of its moments. */
export function CommentsPanel() {
  const { callId } = useCallContext();
  const feedback = useQuery(feedbackQuery(callId));
  const threads = feedback.data?.filter(({ replyTo }) => replyTo === null) ?? [];
  const repliesTo = (id: string) => feedback.data!.filter(({ replyTo }) => replyTo === id);
  return (
    <Stack gap="sm">
      <Composer />
      {feedback.isPending && <PanelWaiting />}
      {feedback.isError && <PanelFailed error={feedback.error} onRetry={feedback.refetch} />}
      {feedback.isSuccess && threads.length === 0 && (
        <PanelEmpty title="No comments yet">
          Write the first one above, or select words in the transcript. C begins a comment, H a highlight.
        </PanelEmpty>
      )}
      {[...threads]
        .sort((a, b) => a.startTime - b.startTime)
        .map((comment) => (
          <CommentThread key={comment.id} comment={comment} replies={repliesTo(comment.id)} />
        ))}
    </Stack>
  );
}
