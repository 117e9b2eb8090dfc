import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useKeys } from './keys.js';
import { LazyDialog } from './lazy-dialog.js';
import { shownKey } from './shown-key.js';

const load = () => import('./search-dialog.js').then(({ SearchDialog }) => SearchDialog);

/** Opens the search over everything, by button or key. */
export function SearchPlace() {
  const [isOpen, { open, close }] = useDisclosure();
  useKeys('Everywhere', [
    { keys: 'mod+k', does: 'Search calls, people, topics and pages', run: open, isEverywhere: true },
  ]);
  return (
    <>
      <Button
        variant="default"
        size="xs"
        px="xs"
        onClick={open}
        aria-label="Search"
        aria-keyshortcuts="Control+K Meta+K"
      >
        <span aria-hidden>⌕</span>
        <Text component="span" size="xs" ml={6} visibleFrom="sm">
          Search {shownKey('mod+k')}
        </Text>
      </Button>
      <LazyDialog isOpen={isOpen} onClose={close} load={load} />
    </>
  );
}
