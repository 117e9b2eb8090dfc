import { Select } from '@mantine/core';

/** How fast a sound may be played. */
export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3];

interface SpeedSelectProps {
  readonly speed: number;
  readonly onChange: (speed: number) => void;
}

export function SpeedSelect({ speed, onChange }: SpeedSelectProps) {
  return (
    <Select
      aria-label="Speed"
      data={SPEEDS.map((value) => ({ value: String(value), label: `${value}×` }))}
      value={String(speed)}
      onChange={(value) => onChange(Number(value ?? 1))}
      allowDeselect={false}
      w={84}
      size="xs"
    />
  );
}
