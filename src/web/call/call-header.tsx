import { Badge, Button, Group, Text, Title } from '@mantine/core';
import { createInstantFormat, formatLength } from '../instants.js';
import { nameOf } from '../names.js';
import { usePeople } from '../people.js';
import { useCallContext } from './call-context.js';
import { useSpeakers } from './speakers.js';

const DIRECTIONS = { INBOUND: 'Inbound', OUTBOUND: 'Outbound', SCREENSHARE: 'Screen share' } as const;
const STATES = {
  PENDING: 'Waiting',
  TRANSCRIBING: 'Being written down',
  ANALYZING: 'Being analysed',
  COMPLETE: null,
  ERROR: 'Not processed',
} as const;

/** Whose call it is, with whom, and when. */
export function CallHeader() {
  const { callId, call, session, openPanel } = useCallContext();
  const people = usePeople();
  const speakers = useSpeakers(callId);
  const when = createInstantFormat(session.timeZone)(call.callTime);
  const who = (call.callerId && people.get(call.callerId)) ?? call.callerEmail ?? 'Nobody known';
  const others = speakers.filter(({ userId }) => userId === null || userId !== call.callerId).map(nameOf);
  const named = others.filter((name) => name !== '');
  const state = STATES[call.state];
  return (
    <Group justify="space-between" align="flex-start" mb="xs" gap="sm">
      <title>{`${who}, ${when} · Debrief`}</title>
      <div className="call-who">
        <Title order={1} size="h3">
          {who}
        </Title>
        <Text size="sm" c="dimmed">
          {named.length > 0 && <>with {named.join(', ')} · </>}
          {when} · {DIRECTIONS[call.direction]}
          {call.duration !== null && <> · {formatLength(call.duration)}</>}
        </Text>
        {state && <Badge variant="light">{state}</Badge>}
      </div>
      <Group gap="xs">
        <Button variant="default" onClick={() => openPanel('scorecard')}>
          Score
        </Button>
      </Group>
    </Group>
  );
}
