import { Loader, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight, useSpotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { LazyDialogProps } from './lazy-dialog.js';
import { type Found, useSearch } from './search-results.js';

const PATIENCE_MS = 200;
const [store, spotlight] = createSpotlight();

/** The search over calls, people, topics and pages. */
export function SearchDialog({ isOpen, onClose }: LazyDialogProps) {
  const [query, setQuery] = useState('');
  const [asked] = useDebouncedValue(query.trim(), PATIENCE_MS);
  const { groups, isSearching } = useSearch(asked);
  const router = useRouter();
  const { selected, listId } = useSpotlight(store);
  const found = groups.flatMap(({ items }) => items);
  const key = found.map(({ to }) => to).join(' ');
  useEffect(() => (isOpen ? spotlight.open() : spotlight.close()), [isOpen]);
  // Other results: the first of them is chosen, and nothing names one that is gone.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the results
  useEffect(() => {
    store.updateState((state) => ({ ...state, selected: 0 }));
  }, [key, isOpen]);
  const isWaiting = isSearching || asked !== query.trim();
  const optionId = (index: number) => `${listId}-${index}`;
  const active = selected >= 0 && selected < found.length ? { 'aria-activedescendant': optionId(selected) } : {};
  let index = -1;
  return (
    <Spotlight.Root
      store={store}
      shortcut={null}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={onClose}
      title="Search"
      overlayProps={{ backgroundOpacity: 0.35 }}
      scrollable
      styles={{ header: { display: 'none' } }}
    >
      <Spotlight.Search
        placeholder="Search calls, people, topics and pages"
        aria-label="Search calls, people, topics and pages"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-autocomplete="list"
        aria-controls={listId}
        {...active}
        leftSection={<span aria-hidden>⌕</span>}
        rightSection={isWaiting ? <Loader size="xs" aria-hidden /> : null}
      />
      <VisuallyHidden role="status">{isWaiting ? 'Searching' : said(found.length, asked)}</VisuallyHidden>
      <Spotlight.ActionsList role="listbox" aria-label="Results">
        {groups.map(({ title, items }) => (
          <Spotlight.ActionsGroup key={title} label={title} role="group" aria-label={title}>
            {items.map((item) => {
              index += 1;
              return (
                <Option
                  key={item.to}
                  item={item}
                  id={optionId(index)}
                  isSelected={index === selected}
                  onChoose={() => router.history.push(item.to)}
                />
              );
            })}
          </Spotlight.ActionsGroup>
        ))}
        {found.length === 0 && !isWaiting && <Spotlight.Empty>{said(0, asked)}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

interface OptionProps {
  readonly item: Found;
  readonly id: string;
  readonly isSelected: boolean;
  readonly onChoose: () => void;
}

/** One result. The action takes no id of its own: it is set on its button. */
function Option({ item, id, isSelected, onChoose }: OptionProps) {
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (ref.current !== null) ref.current.id = id;
  }, [id]);
  return (
    <Spotlight.Action
      ref={ref}
      role="option"
      aria-selected={isSelected}
      data-selected={isSelected || undefined}
      label={item.label}
      {...(item.description !== undefined && { description: item.description })}
      onClick={onChoose}
    />
  );
}

function said(count: number, asked: string): string {
  if (asked === '') return '';
  return count === 0 ? 'Nothing found' : count === 1 ? '1 result' : `${count} results`;
}
