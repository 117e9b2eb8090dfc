import { ActionIcon, Group, Paper, Stack, Text } from '@mantine/core';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { CallClock } from '../call/clock.js';
import { SoundError } from '../call/sound-error.js';
import { SpeedSelect } from '../call/speed-select.js';
import { TimeSlider } from '../call/time-slider.js';
import { Transcript } from '../call/transcript.js';
import { usePlayback } from '../call/use-playback.js';
import { useKeys } from '../shell/keys.js';
import type { Stretch } from './stretch.js';
import './stretch-player.css';

interface StretchPlayerProps {
  readonly stretch: Stretch;
  /** Whether it begins to play by itself. */
  readonly playsAtOnce?: boolean;
  /** Called when it was played to its end. */
  readonly onEnd?: () => void;
  /** More buttons beside the one that plays. */
  readonly children?: ReactNode;
}

const SOUNDS = {
  none: 'There is no sound. You can read what was said.',
  preparing: 'The sound is being prepared. It will be here in a moment.',
  failed: 'The sound could not be prepared. You can read what was said.',
  ready: null,
} as const;
/** A frame is this long, at most: what ends within it has ended. */
const NEARLY = 0.02;

/** Plays a clip or a call from its beginning to its end, beside its words. */
export function StretchPlayer({ stretch, playsAtOnce = false, onEnd, children }: StretchPlayerProps) {
  const { audioUrl, watch, from, to, spoken, names, sound } = stretch;
  const [clock] = useState(() => {
    const made = new CallClock();
    made.seek(from);
    return made;
  });
  const audio = useRef<HTMLAudioElement | null>(null);
  const played = useMemo(() => (audioUrl === null ? null : { audioUrl, watch }), [audioUrl, watch]);
  const { attach: play, isPlaying, toggle: playOrPause, speed, setSpeed, fault, retry } = usePlayback(clock, played);
  const [ownEnd, setOwnEnd] = useState(0);
  const end = to ?? ownEnd;
  const length = Math.max(0, end - from);
  const ended = useRef(onEnd);
  ended.current = onEnd;
  useEffect(
    () =>
      clock.listen((now) => {
        const element = audio.current;
        if (element === null || element.paused || to === null || now < to - NEARLY) return;
        element.pause();
        ended.current?.();
      }),
    [clock, to],
  );
  const attach = useCallback(
    (element: HTMLAudioElement) => {
      audio.current = element;
      const end = play(element);
      // The browser may refuse to play before a click; then the person plays it.
      if (playsAtOnce) element.play().catch(() => {});
      return () => {
        end();
        audio.current = null;
      };
    },
    [play, playsAtOnce],
  );
  const toggle = () => {
    if (!clock.isPlaying && (clock.now() < from || clock.now() >= end - NEARLY)) clock.seek(from);
    playOrPause();
  };
  const goTo = (place: number) => clock.seek(Math.min(end, from + Math.max(0, place)));
  useKeys('Player', [
    { keys: [' ', 'k'], does: 'Play or pause', run: toggle },
    { keys: 'arrowleft', does: 'Back 5 seconds', run: () => goTo(clock.now() - from - 5) },
    { keys: 'arrowright', does: 'On 5 seconds', run: () => goTo(clock.now() - from + 5) },
  ]);
  return (
    <Stack gap="sm">
      <Paper withBorder p="sm" className="stretch-player">
        {audioUrl !== null && (
          // biome-ignore lint/a11y/useMediaCaption: the words below are its text
          <audio
            ref={attach}
            src={audioUrl}
            preload="metadata"
            onLoadedMetadata={(event) => setOwnEnd(event.currentTarget.duration)}
            onEnded={() => to === null && onEnd?.()}
          />
        )}
        <Group gap="sm">
          {audioUrl !== null && (
            <ActionIcon size="lg" radius="xl" onClick={toggle} aria-label={isPlaying ? 'Pause' : 'Play'}>
              {isPlaying ? '❚❚' : '▶'}
            </ActionIcon>
          )}
          {children}
          <TimeSlider clock={clock} from={from} durationSeconds={length} label="Time in what is played" />
          {audioUrl !== null && <SpeedSelect speed={speed} onChange={setSpeed} />}
        </Group>
        {fault && <SoundError fault={fault} onRetry={retry} />}
        {SOUNDS[sound] !== null && audioUrl === null && (
          <Text size="sm" mt={6} role="status">
            {SOUNDS[sound]}
          </Text>
        )}
      </Paper>
      {spoken.blocks.length === 0 ? (
        <Text>Nothing is said here, or it is not recognised yet.</Text>
      ) : (
        <Transcript spoken={spoken} names={names} clock={clock} />
      )}
    </Stack>
  );
}
