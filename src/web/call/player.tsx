import { ActionIcon, Button, Group, Paper, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { type ReactNode, useEffect } from 'react';
import { type Key, useKeys } from '../shell/keys.js';
import type { CallClock } from './clock.js';
import type { SecondsRange } from './marks.js';
import './player.css';
import { skipSilence } from './skip-silence.js';
import type { Sound } from './sound.js';
import { SoundError } from './sound-error.js';
import { SPEEDS, SpeedSelect } from './speed-select.js';
import { TimeSlider } from './time-slider.js';
import { usePlayback } from './use-playback.js';

const STEP_SECONDS = 15;
const SMALL_STEP_SECONDS = 5;

interface PlayerProps {
  readonly clock: CallClock;
  readonly durationSeconds: number;
  readonly sound: Sound | null;
  /** What may be skipped. */
  readonly silences: readonly SecondsRange[];
  /** The lanes. */
  readonly children: ReactNode;
}

/** Plays a call. A call without sound has its time all the same: one goes to a moment by click or key. */
export function Player({ clock, durationSeconds, sound, silences, children }: PlayerProps) {
  const { attach, isPlaying, toggle, speed, setSpeed, fault, retry } = usePlayback(clock, sound);
  const [skips, setSkips] = useLocalStorage({
    key: 'debrief-skip-silence',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  useEffect(() => (skips ? skipSilence(clock, silences) : undefined), [skips, clock, silences]);
  const step = (by: number) => clock.seek(Math.min(durationSeconds, clock.now() + by));
  const changeSpeed = (by: 1 | -1) => setSpeed(SPEEDS[SPEEDS.indexOf(speed) + by] ?? speed);
  const ofSound: Key[] = [
    { keys: [' ', 'k'], does: 'Play or pause', run: toggle },
    { keys: '>', does: 'Faster', run: () => changeSpeed(1) },
    { keys: '<', does: 'Slower', run: () => changeSpeed(-1) },
  ];
  useKeys('Player', [
    { keys: 'j', does: `Back ${STEP_SECONDS} seconds`, run: () => step(-STEP_SECONDS) },
    { keys: 'l', does: `On ${STEP_SECONDS} seconds`, run: () => step(STEP_SECONDS) },
    { keys: 'arrowleft', does: `Back ${SMALL_STEP_SECONDS} seconds`, run: () => step(-SMALL_STEP_SECONDS) },
    { keys: 'arrowright', does: `On ${SMALL_STEP_SECONDS} seconds`, run: () => step(SMALL_STEP_SECONDS) },
    ...(sound === null ? [] : ofSound),
  ]);
  return (
    <section aria-label="Player" className="player" ref={publishHeight}>
      {sound && (
        // biome-ignore lint/a11y/useMediaCaption: the transcript below is its text
        <audio ref={attach} src={sound.audioUrl} preload="metadata" />
      )}
      <Paper withBorder className="player-controls">
        <Group gap="xs">
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
          <TimeSlider clock={clock} durationSeconds={durationSeconds} label="Time in the call" />
          {sound === null ? (
            <Text size="xs" c="dimmed">
              No sound
            </Text>
          ) : (
            <>
              <SpeedSelect speed={speed} onChange={setSpeed} />
              <Button
                size="compact-sm"
                variant={skips ? 'light' : 'subtle'}
                aria-pressed={skips}
                onClick={() => setSkips(!skips)}
              >
                {skips ? '✓ Skip silence' : 'Skip silence'}
              </Button>
            </>
          )}
        </Group>
        {fault && <SoundError fault={fault} onRetry={retry} />}
      </Paper>
      {children}
    </section>
  );
}

/** What else sticks to the top of the page does so below the player. */
function publishHeight(player: HTMLElement): () => void {
  const root = document.documentElement.style;
  // On a phone only the controls stick.
  const controls = player.querySelector<HTMLElement>('.player-controls')!;
  const sized = new ResizeObserver(() => {
    root.setProperty('--player-height', `${player.offsetHeight || controls.offsetHeight}px`);
  });
  sized.observe(player);
  sized.observe(controls);
  return () => {
    sized.disconnect();
    root.removeProperty('--player-height');
  };
}
