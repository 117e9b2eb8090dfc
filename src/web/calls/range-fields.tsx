import { Fieldset, Group, TextInput } from '@mantine/core';
import type { CallsSearch } from './calls-search.js';
import type { ChangeSearch } from './filters.js';

interface RangeFieldsProps {
  readonly label: string;
  readonly unit: string;
  /** What one unit is in the API. */
  readonly scale: number;
  /** The highest number that is taken, in units. */
  readonly most: number;
  readonly name: 'TalkRatio' | 'Score' | 'Duration';
  readonly search: CallsSearch;
  readonly onChange: ChangeSearch;
}

/** The lowest and the highest value of a filter. They hold once the field is left, or by Enter. */
export function RangeFields({ label, unit, scale, most, name, search, onChange }: RangeFieldsProps) {
  const field = (end: 'min' | 'max', text: string) => {
    const key = `${end}${name}` as const;
    const given = search[key];
    const shown = given === undefined ? '' : String(Math.round((Number(given) / scale) * 100) / 100);
    const take = (written: string) => {
      const number = Math.min(Math.max(Number(written), 0), most);
      const taken = written === '' || Number.isNaN(number) ? undefined : String(Math.round(number * scale * 1e6) / 1e6);
      if (taken !== given) onChange({ [key]: taken });
    };
    return (
      <TextInput
        // What is shown follows the address.
        key={shown}
        type="number"
        label={text}
        aria-label={`${label}, ${text}, ${unit}`}
        min={0}
        max={most}
        step="any"
        defaultValue={shown}
        onBlur={(event) => take(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') take(event.currentTarget.value);
        }}
      />
    );
  };
  return (
    <Fieldset legend={<b>{`${label} (${unit})`}</b>} variant="unstyled">
      <Group grow align="start">
        {field('min', 'At least')}
        {field('max', 'At most')}
      </Group>
    </Fieldset>
  );
}
