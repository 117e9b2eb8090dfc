import { Button, Group, NativeSelect, Progress, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import type { Session } from '../../contract/sessions.js';
import { PersonSelect } from '../person-select.js';
import { CallSteps } from './call-steps.js';
import type { Direction } from './details.js';
import type { UploadItem, UploadList } from './upload-list.js';

/** The directions of a call, to choose from. */
export const DIRECTIONS = [
  { value: 'OUTBOUND', label: 'Out: we called' },
  { value: 'INBOUND', label: 'In: they called' },
  { value: 'SCREENSHARE', label: 'Screen share' },
];

interface UploadRowProps {
  readonly item: UploadItem;
  readonly list: UploadList;
  readonly session: Session;
}

/** One file: what is said about it, how far it is, and what becomes of its call. */
export function UploadRow({ item, list, session }: UploadRowProps) {
  const { file, transcript, state, fault, callId } = item;
  const isAlone = item.isTranscript && session.user.role !== 'admin';
  return (
    <Stack gap="xs">
      <Group justify="space-between" wrap="nowrap" align="start">
        <div style={{ minWidth: 0 }}>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {file.name}
          </Text>
          <Text size="sm">
            {item.isTranscript ? 'Transcript' : 'Recording'}, {formatBytes(file.size)}
            {transcript && `, with ${transcript.name}`}
          </Text>
        </div>
        <Actions item={item} list={list} isAlone={isAlone} />
      </Group>
      {isAlone ? (
        <Text role="alert">
          Add the recording of the same name, and they become one call. A transcript alone is for administrators to
          upload.
        </Text>
      ) : (
        ['unsent', 'failed'].includes(state) && <Description item={item} list={list} session={session} />
      )}
      {['queued', 'sending', 'paused'].includes(state) && <Sent item={item} />}
      {state === 'failed' && (
        <Text role="alert" c="red.9" fw={600}>
          Not sent: {fault}
        </Text>
      )}
      {callId !== null && <CallSteps callId={callId} name={file.name} />}
    </Stack>
  );
}

function Actions({ item, list, isAlone }: Pick<UploadRowProps, 'item' | 'list'> & { readonly isAlone: boolean }) {
  const { key, file, state } = item;
  const button = (label: string, onClick: () => void) => (
    <Button size="compact-sm" variant="default" aria-label={`${label}: ${file.name}`} onClick={onClick}>
      {label}
    </Button>
  );
  return (
    <Group gap="xs" wrap="nowrap">
      {['queued', 'sending'].includes(state) && button('Pause', () => list.pause(key))}
      {state === 'paused' && button('Go on', () => list.send([key]))}
      {state === 'failed' && !isAlone && button('Send again', () => list.send([key]))}
      {button(['queued', 'sending', 'paused'].includes(state) ? 'Cancel' : 'Remove', () => list.remove(key))}
    </Group>
  );
}

function Description({ item: { key, file, details }, list, session }: UploadRowProps) {
  return (
    <SimpleGrid cols={{ base: 1, sm: session.user.role === 'rep' ? 2 : 3 }}>
      <TextInput
        label={`When (${session.timeZone.replaceAll('_', ' ')})`}
        type="datetime-local"
        required
        value={details.localTime}
        onChange={(event) => list.describe([key], { localTime: event.currentTarget.value })}
      />
      <NativeSelect
        label="Direction"
        aria-label={`Direction of ${file.name}`}
        data={DIRECTIONS}
        value={details.direction}
        onChange={(event) => list.describe([key], { direction: event.currentTarget.value as Direction })}
      />
      {session.user.role !== 'rep' && (
        <PersonSelect
          label="Whose call"
          placeholder="Your own"
          value={details.callerId}
          onChange={(callerId) => list.describe([key], { callerId })}
        />
      )}
    </SimpleGrid>
  );
}

function Sent({ item: { file, state, sentBytes, isLost } }: { readonly item: UploadItem }) {
  const part = file.size === 0 ? 1 : sentBytes / file.size;
  const how = isLost
    ? 'The connection is lost. It goes on by itself.'
    : state === 'queued'
      ? 'Waits for its turn'
      : state === 'paused'
        ? 'Paused'
        : part === 1
          ? 'Being stored …'
          : 'Sending …';
  return (
    <Stack gap={4}>
      <Progress value={part * 100} aria-label={`Sent of ${file.name}`} color={isLost ? 'orange' : 'teal'} />
      <Text size="sm">
        {how} {formatBytes(sentBytes)} of {formatBytes(file.size)}
      </Text>
    </Stack>
  );
}

/** 1234567 is 1.2 MB. */
function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  const digits = power === 0 || value >= 100 ? 0 : 1;
  const unitDisplay = power === 0 ? 'long' : 'short';
  const style = { style: 'unit', unit: units[power]!, unitDisplay, maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(undefined, style).format(value);
}
