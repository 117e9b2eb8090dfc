import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Peaks } from '../../contract/playing.js';
import type { CallClock } from './clock.js';
import type { Sound } from './sound.js';

const LANE_HEIGHT = 36;

/** The waveform, one lane a channel. It is for the eye: the slider beside it is what keys and readers use. */
export function Lanes({ sound, clock }: { readonly sound: Sound; readonly clock: CallClock }) {
  const { data: peaks } = useQuery({
    queryKey: ['peaks', sound.audioUrl],
    queryFn: sound.readPeaks,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme();
  useEffect(() => {
    const element = canvas.current;
    if (element === null || peaks === undefined) return;
    const heard = scheme === 'dark' ? '#57adb0' : '#0b5f63';
    const ahead = scheme === 'dark' ? '#5c6368' : '#b4bcc2';
    let bars = barsOf(element, peaks);
    let painted = -1;
    const paint = () => {
      const done = Math.ceil(bars.count * Math.min(1, clock.now() / peaks.durationSeconds));
      // Most frames of a long call move no bar.
      if (done === painted) return;
      painted = done;
      draw(element, bars, done, heard, ahead);
    };
    const sized = new ResizeObserver(() => {
      bars = barsOf(element, peaks);
      painted = -1;
      paint();
    });
    sized.observe(element);
    const end = clock.listen(paint);
    return () => {
      sized.disconnect();
      end();
    };
  }, [peaks, clock, scheme]);
  return (
    <canvas
      ref={canvas}
      aria-hidden
      className="lanes"
      style={{ height: (peaks?.channels ?? 2) * LANE_HEIGHT }}
      onClick={(event) => {
        if (peaks === undefined) return;
        const { left, width } = event.currentTarget.getBoundingClientRect();
        clock.seek(((event.clientX - left) / width) * peaks.durationSeconds);
      }}
    />
  );
}

/** In CSS pixels: how wide a bar is, and how far from the beginning of one to that of the next. */
const BAR = 2;
const PITCH = 3;

interface Bars {
  /** In each lane. */
  readonly count: number;
  /** Half of each bar's height, in device pixels: lane by lane. */
  readonly halves: readonly Float32Array[];
}

/** The bars that a canvas has room for, which is made as large as it is shown. */
function barsOf(canvas: HTMLCanvasElement, { peaks }: Peaks): Bars {
  const scale = devicePixelRatio;
  canvas.width = Math.round(canvas.clientWidth * scale);
  canvas.height = Math.round(canvas.clientHeight * scale);
  const count = Math.ceil(canvas.width / (PITCH * scale));
  const lane = canvas.height / peaks.length;
  const halves = peaks.map((values) =>
    Float32Array.from({ length: count }, (_, bar) => {
      const from = Math.floor((bar / count) * values.length);
      const to = Math.max(from + 1, Math.floor(((bar + 1) / count) * values.length));
      return Math.max(scale / 2, (Math.max(...values.slice(from, to)) / 255) * lane * 0.45);
    }),
  );
  return { count, halves };
}

function draw(canvas: HTMLCanvasElement, { count, halves }: Bars, done: number, heard: string, ahead: string): void {
  const scale = devicePixelRatio;
  const context = canvas.getContext('2d')!;
  context.clearRect(0, 0, canvas.width, canvas.height);
  const lane = canvas.height / halves.length;
  for (const [channel, half] of halves.entries()) {
    const middle = lane * (channel + 0.5);
    for (let bar = 0; bar < count; bar++) {
      context.fillStyle = bar < done ? heard : ahead;
      context.fillRect(bar * PITCH * scale, middle - half[bar]!, BAR * scale, half[bar]! * 2);
    }
  }
}
