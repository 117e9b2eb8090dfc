import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { NamedSelect, type PickerProps } from './named-select.js';
import { teamsQuery } from './people.js';

/** A picker of one or many teams of the account, by name. The values are ids. */
export function TeamSelect(picker: PickerProps) {
  const { data: teams } = useQuery(teamsQuery);
  const choices = useMemo(
    () => teams?.filter(({ active }) => active).map(({ id, name }) => ({ value: id, label: name })),
    [teams],
  );
  return <NamedSelect {...picker} choices={choices} nothing="No team has such a name" />;
}
