import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Feedback } from '../../contract/feedback.js';
import { api } from '../api.js';
import { ConfirmDialog } from '../confirm-dialog.js';

/** Deletes a comment or highlight, once that is confirmed: it cannot be brought back. */
export function DeleteComment({ entry: { id, callId, isHighlight } }: { readonly entry: Feedback }) {
  const queryClient = useQueryClient();
  const [isAsked, setIsAsked] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.v1.deleteFeedback({ params: { id } }),
    onSuccess: () => {
      setIsAsked(false);
      return queryClient.invalidateQueries({ queryKey: ['feedback', callId] });
    },
  });
  const what = isHighlight ? 'highlight' : 'comment';
  return (
    <>
      <Button variant="subtle" size="compact-sm" onClick={() => setIsAsked(true)}>
        Delete
      </Button>
      <ConfirmDialog
        isOpen={isAsked}
        title={`Delete this ${what}?`}
        action="Delete"
        onConfirm={() => remove.mutate()}
        onClose={() => setIsAsked(false)}
        isPending={remove.isPending}
        error={remove.error}
      >
        It cannot be brought back. Replies to it stay.
      </ConfirmDialog>
    </>
  );
}
