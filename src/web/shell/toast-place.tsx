import { type ComponentType, useEffect, useState, useSyncExternalStore } from 'react';
import { onToasts, waitingToasts } from '../toasts.js';

/** Where toasts are shown. What shows them is loaded at the first, and again at the next if that fails. */
export function ToastPlace() {
  const toasts = useSyncExternalStore(onToasts, waitingToasts);
  const [Stack, setStack] = useState<ComponentType | null>(null);
  useEffect(() => {
    if (toasts.length === 0 || Stack !== null) return;
    import('./toast-stack.js').then(
      ({ ToastStack }) => setStack(() => ToastStack),
      () => {},
    );
  }, [toasts, Stack]);
  return Stack && <Stack />;
}
