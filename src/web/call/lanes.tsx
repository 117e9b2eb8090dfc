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
    const paint = () => draw(element, peaks, clock.now() / peaks.durationSeconds, heard, ahead);
    const sized = new ResizeObserver(paint);
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

function draw(canvas: HTMLCanvasElement, { peaks }: Peaks, done: number, heard: string, ahead: string): void {
  const scale = devicePixelRatio;
  const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d')!;
  context.clearRect(0, 0, width, height);
  const lane = height / peaks.length;
  const bar = 2 * scale;
  for (const [channel, values] of peaks.entries()) {
    const middle = lane * (channel + 0.5);
    for (let x = 0; x < width; x += bar * 1.5) {
      const [from, to] = [x, x + bar * 1.5].map((at) => Math.floor((at / width) * values.length)) as [number, number];
      let most = 0;
      for (let i = from; i < Math.max(to, from + 1) && i < values.length; i++) most = Math.max(most, values[i]!);
      const half = Math.max(scale / 2, (most / 255) * lane * 0.45);
      context.fillStyle = x / width <= done ? heard : ahead;
      context.fillRect(x, middle - half, bar, half * 2);
    }
  }
}
