import { Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { formatLength } from '../instants.js';
import type { CallClock } from './clock.js';
import './time-slider.css';

interface TimeSliderProps {
  readonly clock: CallClock;
  /** The second of the clock that it begins with. */
  readonly from?: number;
  readonly durationSeconds: number;
  readonly label: string;
}

/**
 * The time in what is played, to read and to change. It is written into the page itself, once a second: React takes no
 * part while a call is heard.
 */
export function TimeSlider({ clock, from = 0, durationSeconds, label }: TimeSliderProps) {
  const slider = useRef<HTMLInputElement>(null);
  const text = useRef<HTMLSpanElement>(null);
  const max = Math.max(1, Math.ceil(durationSeconds));
  const length = formatLength(durationSeconds);
  useEffect(() => {
    let shown = -1;
    const show = (now: number) => {
      const second = Math.floor(Math.max(0, now - from));
      if (second === shown) return;
      shown = second;
      const input = slider.current!;
      input.value = String(second);
      input.ariaValueText = `${formatLength(second)} of ${length}`;
      input.style.setProperty('--part', `${Math.min(100, (second / max) * 100)}%`);
      text.current!.textContent = `${formatLength(second)} / ${length}`;
    };
    show(clock.now());
    return clock.listen(show);
  }, [clock, from, max, length]);
  return (
    <>
      <input
        ref={slider}
        type="range"
        className="time-slider"
        aria-label={label}
        min={0}
        max={max}
        defaultValue={0}
        onChange={(event) => clock.seek(from + Math.min(durationSeconds, event.currentTarget.valueAsNumber))}
      />
      <Text size="sm" className="time" component="span" ref={text} />
    </>
  );
}
