import { type ComponentType, useEffect, useState } from 'react';
import { messageOf } from '../api.js';
import { toast } from '../toasts.js';

/** A dialog, loaded when it is first opened. */
export interface LazyDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Loads a dialog at its first opening. Says so if that fails, and tries again at the next. */
export function LazyDialog({
  load,
  ...props
}: LazyDialogProps & { readonly load: () => Promise<ComponentType<LazyDialogProps>> }) {
  const { isOpen, onClose } = props;
  const [Dialog, setDialog] = useState<ComponentType<LazyDialogProps> | null>(null);
  useEffect(() => {
    if (!isOpen || Dialog !== null) return;
    load().then(
      (loaded) => setDialog(() => loaded),
      (error: unknown) => {
        toast(messageOf(error));
        onClose();
      },
    );
  }, [isOpen, Dialog, load, onClose]);
  return Dialog && <Dialog {...props} />;
}
