import '@mantine/core/styles/Combobox.css';
import '@mantine/core/styles/Pill.css';
import '@mantine/core/styles/PillsInput.css';
import { type ComboboxLikeRenderOptionInput, MultiSelect, Select, Text } from '@mantine/core';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';

/** Something to choose by its name. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  /** What tells it from others of the same name. */
  readonly hint?: string;
}

/** One is chosen, or many if `multiple`. */
type Chosen =
  | { readonly multiple?: false; readonly value: string | null; readonly onChange: (value: string | null) => void }
  | {
      readonly multiple: true;
      readonly value: readonly string[];
      readonly onChange: (value: readonly string[]) => void;
    };

/** What all pickers by name take. */
export type PickerProps = Chosen & {
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly error?: ReactNode;
  readonly required?: boolean;
  readonly disabled?: boolean;
};

type NamedSelectProps = PickerProps & { readonly choices: readonly Choice[] | undefined; readonly nothing: string };

/** More than these would take a noticeable time to draw; the others are found by typing. */
const MOST_SHOWN = 60;

/** A picker of one or many things by name. While the choices are loading, it waits. */
export function NamedSelect({ choices, nothing, value, multiple, onChange, ...field }: NamedSelectProps) {
  const input = useRef<HTMLInputElement>(null);
  const [search, setSearch] = useState('');
  useOptionsThatAreThere(input, search);
  const hints = new Map(choices?.map(({ value, hint }) => [value, hint]));
  const common = {
    ...field,
    ref: input,
    data: choices?.map(({ value, label }) => ({ value, label })) ?? [],
    loading: choices === undefined,
    searchable: true,
    clearable: true,
    openOnFocus: false,
    limit: MOST_SHOWN,
    nothingFoundMessage: choices === undefined ? 'Loading…' : nothing,
    searchValue: search,
    onSearchChange: setSearch,
    clearButtonProps: { 'aria-label': `Clear: ${field.label}` },
    filter: ({ options, search, limit }: { options: readonly unknown[]; search: string; limit: number }) =>
      found(options as readonly Choice[], hints, search, limit),
    renderOption: ({ option }: ComboboxLikeRenderOptionInput<Choice>) => (
      <div>
        <Text size="sm">{option.label}</Text>
        {hints.get(option.value) && <Text size="xs">{hints.get(option.value)}</Text>}
      </div>
    ),
  };
  return multiple ? (
    <MultiSelect {...common} value={[...value]} onChange={onChange} hidePickedOptions />
  ) : (
    <Select {...common} value={value} onChange={onChange} />
  );
}

/** The first choices whose name or hint has all words of a search. */
function found(
  choices: readonly Choice[],
  hints: ReadonlyMap<string, string | undefined>,
  search: string,
  limit: number,
): Choice[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting: Choice[] = [];
  for (const choice of choices) {
    const text = `${choice.label} ${hints.get(choice.value) ?? ''}`.toLowerCase();
    if (words.every((word) => text.includes(word))) fitting.push(choice);
    if (fitting.length === limit) break;
  }
  return fitting;
}

/** Typing removes options; Mantine's input still names the one that the arrows were at, as if it were there. */
function useOptionsThatAreThere(input: RefObject<HTMLInputElement | null>, search: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed decides which options are there.
  useEffect(() => {
    const optionId = input.current?.getAttribute('aria-activedescendant');
    if (optionId && document.getElementById(optionId) === null) input.current?.removeAttribute('aria-activedescendant');
  }, [search]);
}
