import { Autocomplete, Button, Checkbox, Drawer, Group, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../api.js';
import { NamedSelect } from '../named-select.js';
import { PersonSelect } from '../person-select.js';
import { TeamSelect } from '../team-select.js';
import type { CallsSearch } from './calls-search.js';
import { type ChangeSearch, DIRECTIONS, idsOf, PERIODS, STATES, textOfIds } from './filters.js';
import { RangeFields } from './range-fields.js';
import { topicsQuery } from './topics.js';

interface FilterDrawerProps {
  readonly search: CallsSearch;
  readonly onChange: ChangeSearch;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** All filters of the list of calls. What is chosen holds at once. */
export function FilterDrawer({ search, onChange, opened, onClose }: FilterDrawerProps) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      title="Filters"
      size="sm"
      closeButtonProps={{ 'aria-label': 'Close the filters' }}
    >
      <Filters search={search} onChange={onChange} />
    </Drawer>
  );
}

const optionsOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));

function Filters({ search, onChange }: Pick<FilterDrawerProps, 'search' | 'onChange'>) {
  const { data: topics } = useQuery(topicsQuery);
  const choice = (name: 'direction' | 'state' | 'hasComments') => ({
    value: search[name] ?? null,
    clearable: true,
    placeholder: 'Any',
    onChange: (value: string | null) => onChange({ [name]: value ?? undefined }),
  });
  return (
    <Stack>
      <PersonSelect
        label="People"
        multiple
        withFormer
        value={idsOf(search.callerId)}
        onChange={(ids) => onChange({ callerId: textOfIds(ids) })}
      />
      <TeamSelect
        label="Teams"
        multiple
        value={idsOf(search.teamId)}
        onChange={(ids) => onChange({ teamId: textOfIds(ids), ...(ids.length === 0 && { teams_below: undefined }) })}
      />
      {search.teamId !== undefined && (
        <Checkbox
          label="With the teams below them"
          checked={search.teams_below === 'true'}
          onChange={(event) => onChange({ teams_below: event.currentTarget.checked ? 'true' : undefined })}
        />
      )}
      <Select
        label="When"
        placeholder="Any time"
        clearable
        data={optionsOf(PERIODS)}
        value={search.days ?? null}
        onChange={(days) => onChange({ days: days ?? undefined, from: undefined, to: undefined })}
      />
      <Group grow align="start">
        <TextInput
          type="date"
          label="From"
          max={search.to}
          value={search.from ?? ''}
          onChange={(event) => onChange({ from: event.currentTarget.value || undefined, days: undefined })}
        />
        <TextInput
          type="date"
          label="Until"
          min={search.from}
          value={search.to ?? ''}
          onChange={(event) => onChange({ to: event.currentTarget.value || undefined, days: undefined })}
        />
      </Group>
      <Select label="Direction" data={optionsOf(DIRECTIONS)} {...choice('direction')} />
      <Select label="State" data={optionsOf(STATES)} {...choice('state')} />
      <NamedSelect
        label="Topics"
        multiple
        description="Calls in which one of these came up"
        choices={topics?.filter(({ active }) => active).map(({ id, name }) => ({ value: String(id), label: name }))}
        nothing="No topic has such a name"
        value={idsOf(search.topicId)}
        onChange={(ids) => onChange({ topicId: textOfIds(ids) })}
      />
      <RangeFields
        label="Talk ratio"
        unit="%"
        scale={0.01}
        most={100}
        name="TalkRatio"
        search={search}
        onChange={onChange}
      />
      <RangeFields
        label="Score of a review"
        unit="%"
        scale={1}
        most={100}
        name="Score"
        search={search}
        onChange={onChange}
      />
      <RangeFields
        label="Length"
        unit="minutes"
        scale={60}
        most={10_000}
        name="Duration"
        search={search}
        onChange={onChange}
      />
      <Select
        label="Comments"
        data={[
          { value: 'true', label: 'With comments' },
          { value: 'false', label: 'Without comments' },
        ]}
        {...choice('hasComments')}
      />
      <MetadataFilter onChange={onChange} />
    </Stack>
  );
}

/** A field that calls carry from where they come from, with one of its values. */
function MetadataFilter({ onChange }: Pick<FilterDrawerProps, 'onChange'>) {
  const { data } = useQuery({
    queryKey: ['metadata-fields'],
    queryFn: ({ signal }) => api.v1.metadataFields({ signal }),
    staleTime: 5 * 60_000,
  });
  const [field, setField] = useState<string | null>(null);
  const [value, setValue] = useState('');
  const fields = data?.items ?? [];
  if (data !== undefined && fields.length === 0) return null;
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (field === null || value === '') return;
    onChange({ [`metadata.${field}`]: value });
    setField(null);
    setValue('');
  };
  return (
    <form onSubmit={add}>
      <Stack gap="xs">
        <NamedSelect
          label="Other field"
          choices={data && fields.map(({ field }) => ({ value: field, label: field }))}
          nothing="No field has such a name"
          value={field}
          onChange={(name) => {
            setField(name);
            setValue('');
          }}
        />
        {field !== null && (
          <Group align="end" wrap="nowrap">
            <Autocomplete
              label={`Value of ${field}`}
              flex={1}
              data={fields.find((each) => each.field === field)?.values ?? []}
              value={value}
              onChange={setValue}
            />
            <Button type="submit" variant="default" disabled={value === ''}>
              Add
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
