import type { CallMarks, SecondsRange } from './marks.js';
import type { Moment } from './moments.js';
import { sizedCanvas } from './sized-canvas.js';

interface PaintedMoments {
  readonly moments: readonly Moment[];
  readonly marks: CallMarks | undefined;
  readonly durationSeconds: number;
}

/** In CSS pixels: how high the row of signs below the lanes is. */
const ROW = 16;

/**
 * Draws signs where something stands in a call: a diamond for a topic, a pin for a comment, a band over the lanes for a
 * highlight, and hatched bands for marks. Returns what ends this.
 */
export function paintMoments(
  canvas: HTMLCanvasElement,
  { moments, marks, durationSeconds }: PaintedMoments,
  scheme: 'light' | 'dark',
): () => void {
  const isDark = scheme === 'dark';
  const colours = {
    topic: isDark ? '#b197fc' : '#6741d9',
    comment: isDark ? '#74c0fc' : '#1864ab',
    highlight: isDark ? '#ffd43b' : '#a87b00',
    mark: isDark ? '#ffa94d' : '#c2410c',
  };
  const context = canvas.getContext('2d')!;
  const draw = () => {
    const scale = devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    const xOf = (seconds: number) => (Math.min(seconds, durationSeconds) / durationSeconds) * width;
    const spanOf = ({ startSeconds, endSeconds }: SecondsRange) =>
      [xOf(startSeconds), Math.max(3, xOf(endSeconds) - xOf(startSeconds))] as const;
    const lanes = height - ROW;
    for (const range of marks?.shown?.ranges ?? []) {
      const [x, wide] = spanOf(range);
      hatch(context, x, wide, lanes, colours.mark);
    }
    for (const moment of moments) {
      const colour = colours[moment.kind];
      context.fillStyle = colour;
      const x = xOf(moment.startSeconds);
      const middle = lanes + ROW / 2;
      if (moment.kind === 'highlight') {
        const [from, wide] = spanOf(moment);
        context.globalAlpha = 0.22;
        context.fillRect(from, 0, wide, lanes);
        context.globalAlpha = 1;
        context.fillRect(from, lanes - 2, wide, 2);
        context.fillRect(from, middle - 2, Math.max(8, wide), 4);
      } else if (moment.kind === 'topic') {
        polygon(context, [x, middle - 5, x + 4, middle, x, middle + 5, x - 4, middle]);
      } else {
        context.beginPath();
        context.arc(x, middle - 1, 4, 0, 2 * Math.PI);
        context.fill();
        polygon(context, [x - 3, middle + 1, x + 3, middle + 1, x, middle + 7]);
      }
    }
  };
  const endSizing = sizedCanvas(canvas, draw);
  const endMarks = marks?.listen(draw);
  return () => {
    endSizing();
    endMarks?.();
  };
}

function polygon(context: CanvasRenderingContext2D, points: readonly number[]): void {
  context.beginPath();
  for (let i = 0; i < points.length; i += 2) context.lineTo(points[i]!, points[i + 1]!);
  context.fill();
}

/** A band of stripes, so that it is told from highlights without its colour. */
function hatch(context: CanvasRenderingContext2D, x: number, width: number, height: number, colour: string): void {
  context.save();
  context.beginPath();
  context.rect(x, 0, width, height);
  context.clip();
  context.fillStyle = colour;
  context.globalAlpha = 0.2;
  context.fillRect(x, 0, width, height);
  context.globalAlpha = 0.7;
  context.strokeStyle = colour;
  context.beginPath();
  for (let from = x - height; from < x + width; from += 7) {
    context.moveTo(from, height);
    context.lineTo(from + height, 0);
  }
  context.stroke();
  context.restore();
}
