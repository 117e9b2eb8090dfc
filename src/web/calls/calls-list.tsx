import { Divider, Group, Stack, Text } from '@mantine/core';
import { Fragment } from 'react';
import { CallState, Cell, type CellContext, lengthOf, Passages, whoIn } from './call-cells.js';
import type { ListedCall } from './calls-query.js';
import { SelectCall } from './calls-table.js';
import type { Selection } from './selection.js';

interface CallsListProps {
  readonly calls: readonly ListedCall[];
  readonly selection: Selection;
  readonly context: CellContext;
}

/** The calls in few words each, for narrow screens and for those who like it so. */
export function CallsList({ calls, selection, context }: CallsListProps) {
  return (
    <Stack gap="xs" role="list" aria-label="Calls">
      {calls.map((call) => (
        <Fragment key={call.id}>
          <Group role="listitem" className="calls-row" data-call={call.id} align="start" wrap="nowrap" gap="sm" py={4}>
            <SelectCall call={call} selection={selection} context={context} />
            <div style={{ flex: 1, minWidth: 0 }}>
              <Group justify="space-between" gap="xs">
                <Cell column="when" call={call} context={context} />
                {call.state !== 'COMPLETE' && <CallState state={call.state} />}
              </Group>
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {whoIn(call)} · <Cell column="direction" call={call} context={context} /> · {lengthOf(call)}
              </Text>
              <Text size="sm">{factsOf(call)}</Text>
              <Passages call={call} />
            </div>
          </Group>
          <Divider aria-hidden />
        </Fragment>
      ))}
    </Stack>
  );
}

/** What there is to say of a call, in one line. */
function factsOf({ score, comments, stats }: ListedCall): string {
  const talk = stats?.talkRatio;
  return [
    talk != null && `Talk ratio ${Math.round(talk * 100)} %`,
    score !== null && `Score ${score} %`,
    comments > 0 && `${comments} ${comments === 1 ? 'comment' : 'comments'}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
