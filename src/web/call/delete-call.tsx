import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../api.js';
import { ConfirmDialog } from '../confirm-dialog.js';
import { toast } from '../toasts.js';
import { useCallContext } from './call-context.js';

/** Deletes the call of the page, once that is confirmed. */
export function DeleteCall({ onClose }: { readonly onClose: () => void }) {
  const { callId } = useCallContext();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.v1.deleteCall({ params: { id: callId } }),
    onSuccess: async () => {
      await navigate({ to: '/calls', replace: true });
      queryClient.removeQueries({ queryKey: ['call', callId] });
      queryClient.invalidateQueries({ queryKey: ['calls'] });
      toast('The call was deleted.');
    },
  });
  return (
    <ConfirmDialog
      isOpen
      title="Delete this call?"
      action="Delete for good"
      onConfirm={() => remove.mutate()}
      onClose={onClose}
      isPending={remove.isPending}
      error={remove.error}
    >
      Its recording, words, comments, scores and shares go with it. It cannot be brought back.
    </ConfirmDialog>
  );
}
