import { NativeSelect } from '@mantine/core';

const ZONES = Intl.supportedValuesOf('timeZone');

interface TimeZoneSelectProps {
  readonly label: string;
  readonly description?: string;
  /** '' for the first choice, `otherwise`. */
  readonly value: string;
  /** What a person chooses who chooses no zone; without it, they must choose one. */
  readonly otherwise?: string;
  readonly onChange: (timeZone: string) => void;
  readonly disabled?: boolean;
}

/** Chooses one of the time zones that the browser knows. The browser's own list of choices finds one by typing. */
export function TimeZoneSelect({ value, otherwise, onChange, ...field }: TimeZoneSelectProps) {
  // Browsers differ in which names they list: the one that is chosen is always there.
  const zones = value === '' || ZONES.includes(value) ? ZONES : [value, ...ZONES];
  return (
    <NativeSelect {...field} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {otherwise !== undefined && <option value="">{otherwise}</option>}
      {zones.map((zone) => (
        <option key={zone} value={zone}>
          {zone.replaceAll('_', ' ')}
        </option>
      ))}
    </NativeSelect>
  );
}
