import { ActionIcon } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useKeys } from './keys.js';
import { LazyDialog } from './lazy-dialog.js';

const load = () => import('./key-sheet.js').then(({ KeySheet }) => KeySheet);

/** Puts the focus into the search field of the page, if it has one. */
function focusSearch(): void {
  document.querySelector<HTMLInputElement>('main input[type=search], main [role=searchbox]')?.focus();
}

/** Opens the sheet of keys, by button or key. */
export function KeySheetPlace() {
  const [isOpen, { open, close }] = useDisclosure();
  useKeys('Everywhere', [
    { keys: '/', does: 'Search on this page', run: focusSearch },
    { keys: '?', does: 'Show the keys', run: open },
  ]);
  return (
    <>
      <ActionIcon variant="subtle" color="gray" size="lg" visibleFrom="sm" onClick={open} aria-label="Keys">
        ?
      </ActionIcon>
      <LazyDialog isOpen={isOpen} onClose={close} load={load} />
    </>
  );
}
