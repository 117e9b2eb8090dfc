import { Combobox, Text, Textarea, useCombobox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Ref, useMemo, useRef, useState } from 'react';
import type { User } from '../../contract/v1-answers.js';
import { nameOf } from '../names.js';
import { peopleQuery } from '../people.js';
import type { WrittenComment } from './comment-html.js';

interface MentionFieldProps {
  readonly label: string;
  readonly value: WrittenComment;
  readonly onChange: (value: WrittenComment) => void;
  readonly ref?: Ref<HTMLTextAreaElement>;
  readonly onSend: () => void;
}

/** More than these are found by typing on. */
const MOST_SHOWN = 6;
const NOBODY: readonly User[] = [];

/** A text in which `@` and the beginning of a name offers people to mention. */
export function MentionField({ label, value, onChange, ref, onSend }: MentionFieldProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [begun, setBegun] = useState<string | null>(null);
  const { data: people = NOBODY } = useQuery(peopleQuery);
  const combobox = useCombobox();
  const offered = useMemo(() => (begun === null ? [] : offeredPeople(people, begun)), [people, begun]);
  const isOpen = offered.length > 0;
  const read = (element: HTMLTextAreaElement) => {
    const beforeCaret = element.value.slice(0, element.selectionStart);
    const next = /(?:^|\s)@([^\s@][^@\n]{0,40}|)$/u.exec(beforeCaret)?.[1] ?? null;
    setBegun(next);
    combobox.resetSelectedOption();
    if (next === null) combobox.closeDropdown();
    else combobox.openDropdown();
  };
  const mention = (id: string) => {
    const element = field.current!;
    const person = people.find((each) => each.id === id)!;
    const name = nameOf(person);
    const from = element.selectionStart - begun!.length;
    const text = `${value.text.slice(0, from)}${name} ${value.text.slice(element.selectionStart)}`;
    onChange({ ...value, text, mentions: [...value.mentions.filter((each) => each.id !== id), { id, name }] });
    setBegun(null);
    combobox.closeDropdown();
    const caret = from + name.length + 1;
    // Once React has written the new text.
    requestAnimationFrame(() => element.setSelectionRange(caret, caret));
  };
  return (
    <Combobox store={combobox} onOptionSubmit={mention} position="bottom-start" withinPortal>
      <Combobox.Target targetType="button" withKeyboardNavigation={isOpen} withExpandedAttribute={false}>
        <Textarea
          ref={(element) => {
            field.current = element;
            if (typeof ref === 'function') ref(element);
            else if (ref) ref.current = element;
          }}
          aria-label={label}
          placeholder={`${label}. Write @ to mention somebody.`}
          autosize
          minRows={2}
          maxRows={12}
          value={value.text}
          onChange={(event) => {
            onChange({ ...value, text: event.currentTarget.value });
            read(event.currentTarget);
          }}
          onBlur={() => setBegun(null)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSend();
            if (event.key === 'Escape' && isOpen) {
              event.stopPropagation();
              setBegun(null);
            }
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={!isOpen}>
        <Combobox.Options aria-label="People to mention">
          {offered.map((person) => (
            <Combobox.Option key={person.id} value={person.id}>
              <Text size="sm">{nameOf(person)}</Text>
              <Text size="xs">{person.email}</Text>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** Active people of whose name or address a part begins with what was typed. */
function offeredPeople(people: readonly User[], begun: string): readonly User[] {
  const typed = begun.toLowerCase();
  const fits = (person: User) => {
    const name = nameOf(person).toLowerCase();
    return (
      name.startsWith(typed) || name.split(' ').some((part) => part.startsWith(typed)) || person.email.startsWith(typed)
    );
  };
  const found: User[] = [];
  for (const person of people) {
    if (person.active && fits(person)) found.push(person);
    if (found.length === MOST_SHOWN) break;
  }
  return found;
}
