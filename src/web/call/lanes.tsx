import { Text, useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Peaks } from '../../contract/playing.js';
import { formatLength } from '../instants.js';
import type { CallClock } from './clock.js';
import { paintLanes } from './lane-painting.js';
import { lanesOf } from './lane-shares.js';
import type { CallMarks } from './marks.js';
import { paintMoments } from './moment-painting.js';
import { MOMENT_SIGNS, type Moment } from './moments.js';
import type { SpokenText } from './spoken-text.js';

const NO_MOMENTS: readonly Moment[] = [];
/** How near the pointer must be to the sign of a moment, in CSS pixels. */
const REACH = 8;

interface LanesProps {
  readonly clock: CallClock;
  readonly durationSeconds: number;
  readonly spoken: SpokenText;
  readonly names: ReadonlyMap<number, string>;
  readonly peaks: Peaks | undefined;
  readonly moments?: readonly Moment[];
  readonly marks?: CallMarks;
}

/**
 * Who speaks when, one lane a speaker, and what stands where. The drawing is for the eye and the pointer: the slider,
 * the transcript and the panels are what keys and readers use.
 */
export function Lanes({ clock, durationSeconds, spoken, names, peaks, moments = NO_MOMENTS, marks }: LanesProps) {
  const bars = useRef<HTMLCanvasElement>(null);
  const signs = useRef<HTMLCanvasElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme();
  const lanes = useMemo(() => lanesOf(spoken, names, peaks), [spoken, names, peaks]);
  const [near, setNear] = useState<{ readonly moment: Moment; readonly left: number } | null>(null);
  useEffect(
    () => paintLanes(bars.current!, head.current!, { lanes, spoken, peaks, clock, durationSeconds }, scheme),
    [lanes, spoken, peaks, clock, durationSeconds, scheme],
  );
  useEffect(
    () => paintMoments(signs.current!, { moments, marks, durationSeconds }, scheme),
    [moments, marks, durationSeconds, scheme],
  );
  /** The second under the pointer, and the moment whose sign is there. */
  const placeOf = (event: React.MouseEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - left;
    const distanceOf = ({ startSeconds }: Moment) => Math.abs((startSeconds / durationSeconds) * width - x);
    let nearest: Moment | null = null;
    for (const moment of moments) {
      if (distanceOf(moment) <= REACH && (nearest === null || distanceOf(moment) < distanceOf(nearest))) {
        nearest = moment;
      }
    }
    return { seconds: (x / width) * durationSeconds, left: (x / width) * 100, moment: nearest };
  };
  return (
    <div className="lanes">
      <div className="lane-names">
        {lanes.map(({ name, share }) => (
          <Text key={name} size="xs" className="lane-name" title={name}>
            <span>{name}</span> <b>{Math.round(share * 100)} %</b>
          </Text>
        ))}
      </div>
      <div
        className="lane-drawing"
        aria-hidden
        onClick={(event) => {
          const { seconds, moment } = placeOf(event);
          clock.seek(moment?.startSeconds ?? seconds);
        }}
        onMouseMove={(event) => {
          const { moment, left } = placeOf(event);
          if (moment !== near?.moment) setNear(moment && { moment, left });
        }}
        onMouseLeave={() => setNear(null)}
      >
        <canvas ref={bars} className="lane-bars" style={{ height: `calc(var(--lane) * ${lanes.length})` }} />
        <canvas ref={signs} className="lane-signs" />
        <div ref={head} className="lane-head" />
        {near && (
          <div className="lane-tip" data-right={near.left > 50 || undefined} style={{ left: `${near.left}%` }}>
            {MOMENT_SIGNS[near.moment.kind]} {formatLength(near.moment.startSeconds)} {near.moment.label}
          </div>
        )}
      </div>
    </div>
  );
}
