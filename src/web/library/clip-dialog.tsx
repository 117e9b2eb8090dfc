import { Modal } from '@mantine/core';
import type { SaidRange } from '../call/selected-words.js';
import { toast } from '../toasts.js';
import { ClipForm } from './clip-form.js';

interface ClipDialogProps {
  readonly callId: string;
  readonly said: SaidRange;
  readonly onClose: () => void;
}

/** Makes a clip of what is said in a range of a call. */
export function ClipDialog({ callId, said: { startSeconds, endSeconds, quote }, onClose }: ClipDialogProps) {
  return (
    <Modal opened onClose={onClose} title="Make a clip" closeButtonProps={{ 'aria-label': 'Close' }}>
      <ClipForm
        callId={callId}
        startSeconds={startSeconds}
        endSeconds={endSeconds}
        title={quote}
        onDone={(clip) => {
          if (clip !== null) toast(`“${clip.title}” is in the library.`);
          onClose();
        }}
      />
    </Modal>
  );
}
