import { Badge, Mark, Text } from '@mantine/core';
import { Fragment } from 'react';
import { formatLength } from '../instants.js';
import { TextLink } from '../text-link.js';
import type { ListedCall } from './calls-query.js';
import type { Column } from './columns.js';
import { DIRECTIONS, STATES } from './filters.js';

/** What cells show besides the call itself. */
export interface CellContext {
  readonly formatInstant: (instant: string) => string;
  /** The names of teams by id. */
  readonly teams: ReadonlyMap<string, string>;
}

export const whoIn = ({ callerName, callerEmail }: ListedCall): string => callerName ?? callerEmail ?? 'Nobody known';

export const lengthOf = ({ duration }: ListedCall): string => (duration === null ? '–' : formatLength(duration));

/** What a column shows of a call. */
export function Cell({ column, call, context }: { column: Column['id']; call: ListedCall; context: CellContext }) {
  const percent = (value: number | null | undefined) => (value == null ? '–' : `${Math.round(value)} %`);
  switch (column) {
    case 'when':
      return (
        <TextLink to="/calls/$callId" params={{ callId: call.id }} data-call-link>
          {context.formatInstant(call.callTime)}
        </TextLink>
      );
    case 'who':
      return whoIn(call);
    case 'team':
      return (call.teamId !== null && context.teams.get(call.teamId)) || '–';
    case 'direction':
      return DIRECTIONS[call.direction];
    case 'length':
      return lengthOf(call);
    case 'talk': {
      const ratio = call.stats?.talkRatio;
      return percent(ratio == null ? null : ratio * 100);
    }
    case 'score':
      return percent(call.score);
    case 'comments':
      return call.comments;
    case 'state':
      return <CallState state={call.state} />;
  }
}

export function CallState({ state }: Pick<ListedCall, 'state'>) {
  return (
    <Badge
      variant="light"
      tt="none"
      miw="max-content"
      color={state === 'ERROR' ? 'red' : state === 'COMPLETE' ? 'teal' : 'gray'}
    >
      {STATES[state]}
    </Badge>
  );
}

/** The passages of a call that a search found. Each opens the call at its second. */
export function Passages({ call }: { readonly call: ListedCall }) {
  return call.matches?.map(({ startTime, speakerNumber, text, ranges }) => (
    <Text key={`${startTime} ${speakerNumber}`} size="sm" style={{ whiteSpace: 'normal', overflowWrap: 'anywhere' }}>
      <TextLink to="/calls/$callId" params={{ callId: call.id }} search={{ t: startTime }} mr="xs" underline="always">
        {formatLength(startTime)}
      </TextLink>
      {ranges.map(([from, to], i) => (
        <Fragment key={from}>
          {text.slice(ranges[i - 1]?.[1] ?? 0, from)}
          <Mark>{text.slice(from, to)}</Mark>
        </Fragment>
      ))}
      {text.slice(ranges.at(-1)?.[1] ?? 0)}
    </Text>
  ));
}
