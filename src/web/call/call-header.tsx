import { ActionIcon, Badge, Button, Group, Menu, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { createInstantFormat, formatLength } from '../instants.js';
import { nameOf } from '../names.js';
import { usePeople } from '../people.js';
import { resultsQuery } from '../scores/results-query.js';
import { useCallContext } from './call-context.js';
import { useSpeakers } from './speakers.js';

const ShareDialog = lazy(async () => ({ default: (await import('../shares/share-dialog.js')).ShareDialog }));
const DeleteCall = lazy(async () => ({ default: (await import('./delete-call.js')).DeleteCall }));

const DIRECTIONS = { INBOUND: 'Inbound', OUTBOUND: 'Outbound', SCREENSHARE: 'Screen share' } as const;
const STATES = {
  PENDING: 'Waiting to be processed',
  TRANSCRIBING: 'Being written down',
  ANALYZING: 'Being analysed',
  COMPLETE: null,
  ERROR: 'Could not be processed',
} as const;

/** Whose call it is, with whom and when, and what to do with it. */
export function CallHeader() {
  const { callId, call, session, can, openPanel } = useCallContext();
  const [opened, setOpened] = useState<'share' | 'delete' | null>(null);
  const close = () => setOpened(null);
  const people = usePeople();
  const speakers = useSpeakers(callId);
  const when = createInstantFormat(session.timeZone)(call.callTime);
  const who = (call.callerId && people.get(call.callerId)) ?? call.callerEmail ?? 'Nobody known';
  const others = speakers.filter(({ userId }) => userId === null || userId !== call.callerId).map(nameOf);
  const named = others.filter((name) => name !== '');
  const state = STATES[call.state];
  return (
    <Group justify="space-between" align="flex-start" mb="xs" gap="sm" component="header">
      <title>{`${who}, ${when} · Debrief`}</title>
      <div className="call-who">
        <Group gap="xs">
          <Title order={1} size="h3">
            {who}
          </Title>
          {state && <Badge variant="default">{state}</Badge>}
          <Scores />
        </Group>
        <Text size="sm" c="dimmed">
          {named.length > 0 && <>with {named.join(', ')} · </>}
          {when} · {DIRECTIONS[call.direction]}
          {call.duration !== null && <> · {formatLength(call.duration)}</>}
        </Text>
      </div>
      <Group gap="xs" wrap="nowrap">
        <Button variant="default" size="sm" onClick={() => setOpened('share')}>
          Share
        </Button>
        <Button size="sm" onClick={() => openPanel('scorecard')}>
          Score
        </Button>
        {can.deleteCall && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label="More to do with this call">
                ⋯
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => setOpened('delete')}>Delete this call</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      <Suspense>
        {opened === 'share' && <ShareDialog onClose={close} />}
        {opened === 'delete' && <DeleteCall onClose={close} />}
      </Suspense>
    </Group>
  );
}

/** The percentages of the scores that were submitted. */
function Scores() {
  const { callId, openPanel } = useCallContext();
  const { data: results = [] } = useQuery(resultsQuery(callId));
  return results
    .filter(({ state, percentage }) => state !== 'DRAFT' && percentage !== null)
    .map(({ id, percentage }) => (
      <Badge
        key={id}
        component="button"
        variant="default"
        size="lg"
        className="score"
        onClick={() => openPanel('scorecard')}
        aria-label={`Score: ${percentage} percent`}
      >
        ✓ {percentage} %
      </Badge>
    ));
}
