import type { Peaks } from '../../contract/playing.js';
import type { CallClock } from './clock.js';
import { barsOf, type Lane } from './lane-shares.js';
import { sizedCanvas } from './sized-canvas.js';
import type { SpokenText } from './spoken-text.js';

/** In CSS pixels: how wide a bar is, and how far from the beginning of one to that of the next. */
const BAR = 2;
const PITCH = 3;

interface PaintedLanes {
  readonly lanes: readonly Lane[];
  readonly spoken: SpokenText;
  readonly peaks: Peaks | undefined;
  readonly clock: CallClock;
  readonly durationSeconds: number;
}

/** Draws the lanes, and what was heard of them in another colour, from now on. Returns what ends this. */
export function paintLanes(
  canvas: HTMLCanvasElement,
  head: HTMLElement,
  { lanes, spoken, peaks, clock, durationSeconds }: PaintedLanes,
  scheme: 'light' | 'dark',
): () => void {
  const heard = scheme === 'dark' ? '#57adb0' : '#0b5f63';
  const ahead = scheme === 'dark' ? '#5c6368' : '#b4bcc2';
  const context = canvas.getContext('2d')!;
  let count = 0;
  let heights: readonly Float32Array[] = [];
  let painted = 0;
  let shownAt = '';
  const drawBars = (from: number, to: number, colour: string) => {
    const scale = devicePixelRatio;
    const lane = canvas.height / lanes.length;
    context.clearRect(from * PITCH * scale, 0, (to - from) * PITCH * scale, canvas.height);
    context.fillStyle = colour;
    for (const [row, bars] of heights.entries()) {
      const middle = lane * (row + 0.5);
      for (let bar = from; bar < to; bar++) {
        const half = Math.max(scale / 2, bars[bar]! * lane * 0.45);
        context.fillRect(bar * PITCH * scale, middle - half, BAR * scale, half * 2);
      }
    }
  };
  const follow = (now: number) => {
    const part = Math.min(1, now / durationSeconds);
    const at = `translateX(${Math.round(part * canvas.clientWidth)}px)`;
    // Most frames of a long call move nothing.
    if (at === shownAt) return;
    shownAt = at;
    head.style.transform = at;
    const done = Math.ceil(count * part);
    if (done > painted) drawBars(painted, done, heard);
    else if (done < painted) drawBars(done, painted, ahead);
    painted = done;
  };
  const endSizing = sizedCanvas(canvas, () => {
    count = Math.max(1, Math.floor(canvas.clientWidth / PITCH));
    heights = lanes.map((lane) => barsOf(lane, spoken, peaks, { count, durationSeconds }));
    drawBars(0, count, ahead);
    painted = 0;
    shownAt = '';
    follow(clock.now());
  });
  const endFollowing = clock.listen(follow);
  return () => {
    endSizing();
    endFollowing();
  };
}
