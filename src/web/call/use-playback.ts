import { useLocalStorage } from '@mantine/hooks';
import { useCallback, useEffect, useRef, useState } from 'react';
import { askToLogInAgain } from '../session-end.js';
import type { CallClock } from './clock.js';
import { faultOf, type PlayedSound, type SoundFault } from './sound.js';

/** What plays a sound, and how. */
export interface Playback {
  /** For the element that plays it. It may come after the page: whether there is sound is asked for. */
  readonly attach: (element: HTMLAudioElement) => () => void;
  readonly isPlaying: boolean;
  readonly toggle: () => void;
  /** How fast it is played; kept in this browser. */
  readonly speed: number;
  readonly setSpeed: (speed: number) => void;
  /** Why it stopped by itself; null if it did not. */
  readonly fault: SoundFault | null;
  /** Goes on where it stopped. */
  readonly retry: () => void;
}

/** Plays a sound with a clock. */
export function usePlayback(clock: CallClock, sound: PlayedSound | null): Playback {
  const audio = useRef<HTMLAudioElement | null>(null);
  /** Whether it was played when it broke off. */
  const goesOn = useRef(false);
  const [isPlaying, setIsPlaying] = useState(false);
  const [fault, setFault] = useState<SoundFault | null>(null);
  const [speed, setSpeed] = useLocalStorage({
    key: 'debrief-speed',
    defaultValue: 1,
    getInitialValueInEffect: false,
  });
  const attach = useCallback(
    (element: HTMLAudioElement) => {
      audio.current = element;
      element.preservesPitch = true;
      const note = () => setIsPlaying(!element.paused);
      const fail = async () => {
        goesOn.current = !element.paused;
        element.pause();
        setFault(await faultOf(sound!));
      };
      const begin = () => setFault(null);
      const handlers = { play: note, pause: note, ended: note, error: fail, playing: begin };
      for (const [event, handler] of Object.entries(handlers)) element.addEventListener(event, handler);
      const ends = [clock.follow(element), sound?.watch?.(element)];
      return () => {
        for (const end of ends) end?.();
        for (const [event, handler] of Object.entries(handlers)) element.removeEventListener(event, handler);
        audio.current = null;
      };
    },
    [clock, sound],
  );
  useEffect(() => {
    if (audio.current === null || sound === null) return;
    // Loading the sound again goes back to the default.
    audio.current.defaultPlaybackRate = speed;
    audio.current.playbackRate = speed;
  }, [speed, sound]);
  const toggle = () => {
    const element = audio.current;
    if (element === null) return;
    if (element.paused) element.play().catch(() => {});
    else element.pause();
  };
  const retry = useCallback(async () => {
    if (fault === 'logged-out' && !(await askToLogInAgain())) return;
    const element = audio.current;
    if (element === null) return;
    const stoppedAt = clock.now();
    element.load();
    element.currentTime = stoppedAt;
    setFault(null);
    if (goesOn.current) element.play().catch(() => {});
  }, [clock, fault]);
  return { attach, isPlaying, toggle, speed, setSpeed, fault, retry };
}
