import { Anchor } from '@mantine/core';
import { formatLength } from '../instants.js';
import { useCallContext } from './call-context.js';
import type { SecondsRange } from './marks.js';

interface MomentButtonProps {
  readonly seconds: number;
  /** For a range: where it ends. It is then played and marked. */
  readonly endSeconds?: number | null;
  /** What is marked when the call goes there. */
  readonly marked?: SecondsRange;
  /** What is there, for marks and for those who do not see the page. */
  readonly label: string;
}

/** A time of the call: clicked, the call goes there. */
export function MomentButton({ seconds, endSeconds = null, marked, label }: MomentButtonProps) {
  const { clock, marks } = useCallContext();
  const time = endSeconds === null ? formatLength(seconds) : `${formatLength(seconds)} to ${formatLength(endSeconds)}`;
  const go = () => {
    if (marked !== undefined) marks.show([marked], label);
    if (endSeconds === null) return clock.seek(seconds);
    marks.show([{ startSeconds: seconds, endSeconds }], label);
    clock.playRange(seconds, endSeconds);
  };
  return (
    <Anchor component="button" type="button" size="sm" className="time" onClick={go} aria-label={`${label}: ${time}`}>
      {time}
    </Anchor>
  );
}
