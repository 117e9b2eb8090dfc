import { useEffect, useRef, useState } from 'react';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;

/** Takes the files that are dropped anywhere on the page. Returns whether some are over it. */
export function useFileDrop(onFiles: (files: readonly File[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  const take = useRef(onFiles);
  useEffect(() => {
    take.current = onFiles;
  });
  useEffect(() => {
    // Each element that is entered tells so, and each that is left.
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (hasFiles(event)) setOver(++depth > 0);
    };
    const leave = (event: DragEvent) => {
      if (hasFiles(event)) setOver(--depth > 0);
    };
    // Without this, the browser opens the file instead of the page.
    const over = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      take.current([...(event.dataTransfer?.files ?? [])]);
    };
    const listeners = Object.entries({ dragenter: enter, dragleave: leave, dragover: over, drop });
    for (const [name, listener] of listeners) addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of listeners) removeEventListener(name, listener as EventListener);
    };
  }, []);
  return isOver;
}
