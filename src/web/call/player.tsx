import { ActionIcon, Group, Select, Slider, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useCallback, useEffect, useRef, useState } from 'react';
import { formatLength } from '../instants.js';
import type { CallClock } from './clock.js';
import { Lanes } from './lanes.js';
import type { Sound } from './sound.js';

const SPEEDS = ['0.5', '0.75', '1', '1.25', '1.5', '1.75', '2', '2.5', '3'];
const STEP_SECONDS = 15;

interface PlayerProps {
  readonly clock: CallClock;
  readonly durationSeconds: number;
  readonly sound: Sound | null;
}

/** Plays a call. A call without sound has its time all the same: one goes to a moment by click or key. */
export function Player({ clock, durationSeconds, sound }: PlayerProps) {
  const audio = useRef<HTMLAudioElement | null>(null);
  const [isPlaying, setIsPlaying] = useState(false);
  const [speed, setSpeed] = useState('1');
  const [seconds, setSeconds] = useState(() => Math.floor(clock.now()));
  // Once a second is enough for what React draws.
  useEffect(() => clock.listen((now) => setSeconds(Math.floor(now))), [clock]);
  // The element may come after the page: whether there is sound is asked for.
  const attach = useCallback(
    (element: HTMLAudioElement) => {
      audio.current = element;
      const ends = [clock.follow(element), sound?.watch?.(element)];
      return () => {
        for (const end of ends) end?.();
        audio.current = null;
      };
    },
    [clock, sound],
  );
  const toggle = () => {
    const element = audio.current;
    if (element === null) return;
    if (element.paused) element.play();
    else element.pause();
  };
  const step = (by: number) => clock.seek(Math.min(durationSeconds, clock.now() + by));
  const setRate = (value: string) => {
    setSpeed(value);
    if (audio.current !== null) audio.current.playbackRate = Number(value);
  };
  const faster = (by: 1 | -1) => setRate(SPEEDS[SPEEDS.indexOf(speed) + by] ?? speed);
  useHotkeys([
    ['space', toggle],
    ['k', toggle],
    ['j', () => step(-STEP_SECONDS)],
    ['l', () => step(STEP_SECONDS)],
    ['ArrowLeft', () => step(-5)],
    ['ArrowRight', () => step(5)],
    ['shift+.', () => faster(1)],
    ['shift+,', () => faster(-1)],
  ]);
  return (
    <div>
      {sound && (
        // biome-ignore lint/a11y/useMediaCaption: the transcript below is its text
        <audio
          ref={attach}
          src={sound.audioUrl}
          preload="metadata"
          onPlay={() => setIsPlaying(true)}
          onPause={() => setIsPlaying(false)}
        />
      )}
      <Group gap="sm">
        {sound && (
          <ActionIcon size="lg" radius="xl" onClick={toggle} aria-label={isPlaying ? 'Pause' : 'Play'}>
            {isPlaying ? '❚❚' : '▶'}
          </ActionIcon>
        )}
        <ActionIcon
          variant="default"
          size={34}
          fz="xs"
          onClick={() => step(-STEP_SECONDS)}
          aria-label="Back 15 seconds"
        >
          −15
        </ActionIcon>
        <ActionIcon variant="default" size={34} fz="xs" onClick={() => step(STEP_SECONDS)} aria-label="On 15 seconds">
          +15
        </ActionIcon>
        <Slider
          flex="1 1 200px"
          min={0}
          max={Math.max(1, Math.ceil(durationSeconds))}
          value={seconds}
          onChange={(value) => clock.seek(value)}
          label={formatLength}
          thumbLabel="Time in the call"
        />
        <Text size="sm" className="time">
          {formatLength(seconds)} / {formatLength(durationSeconds)}
        </Text>
        {sound && (
          <Select
            aria-label="Speed"
            data={SPEEDS.map((value) => ({ value, label: `${value}×` }))}
            value={speed}
            onChange={(value) => setRate(value ?? '1')}
            allowDeselect={false}
            w={86}
            size="xs"
          />
        )}
      </Group>
      {sound && <Lanes sound={sound} clock={clock} />}
    </div>
  );
}
