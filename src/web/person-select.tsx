import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { NamedSelect, type PickerProps } from './named-select.js';
import { nameOf } from './names.js';
import { peopleQuery } from './people.js';

type PersonSelectProps = PickerProps & {
  /** Whether people who have left can be chosen too: their calls are still there. */
  readonly withFormer?: boolean;
  /** People who cannot be chosen, by id. */
  readonly except?: readonly string[];
};

const NOBODY: readonly string[] = [];

/** A picker of one or many people of the account, by name or e-mail address. The values are ids. */
export function PersonSelect({ withFormer = false, except = NOBODY, ...picker }: PersonSelectProps) {
  const { data: people } = useQuery(peopleQuery);
  const choices = useMemo(
    () =>
      people
        ?.filter(
          ({ id, active, mergedInto }) => (active || (withFormer && mergedInto === null)) && !except.includes(id),
        )
        .map((person) => ({
          value: person.id,
          label: person.active ? nameOf(person) : `${nameOf(person)} (has left)`,
          hint: person.email,
        })),
    [people, withFormer, except],
  );
  return <NamedSelect {...picker} choices={choices} nothing="Nobody has such a name" />;
}
