import { Button, Card, FileButton, Group, Modal, NativeSelect, Progress, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Session } from '../../contract/sessions.js';
import { PersonSelect } from '../person-select.js';
import { sessionQuery } from '../session.js';
import { takeHeldFiles } from './dropped-files.js';
import { useFileDrop } from './file-drop.js';
import './styles.js';
import type { Direction } from './details.js';
import { type UploadItem, UploadList } from './upload-list.js';
import { DIRECTIONS, UploadRow } from './upload-row.js';

/** Sends recordings and transcripts, and shows what becomes of them. */
export function UploadPage() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  return session === null ? null : <Uploads session={session} />;
}

function Uploads({ session }: { readonly session: Session }) {
  const [list] = useState(() => new UploadList(session));
  const items = useSyncExternalStore(list.subscribe, list.items);
  const [direction, setDirection] = useState<Direction>('OUTBOUND');
  const [callerId, setCallerId] = useState<string | null>(null);
  const add = (files: readonly File[]) => list.add(files, { direction, callerId });
  const isOver = useFileDrop(add);
  const isAdmin = session.user.role === 'admin';
  const isSendable = (item: UploadItem) => item.state === 'unsent' && (isAdmin || !item.isTranscript);
  const unsent = items.filter(isSendable);
  const isUnderWay = items.some(({ state }) => !['sent', 'unsent'].includes(state)) || unsent.length > 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: files that were dropped on another page are taken once
  useEffect(() => add(takeHeldFiles()), []);
  useEffect(() => () => list.stop(), [list]);

  const describeAll = (change: { direction?: Direction; callerId?: string | null }) =>
    list.describe(
      items.filter(({ state }) => state === 'unsent').map(({ key }) => key),
      change,
    );
  return (
    <Stack maw={880}>
      <title>Upload · Debrief</title>
      <Title order={1} size="h2">
        Upload calls
      </Title>
      <Stack className="drop-zone" data-over={isOver || undefined} p="xl" align="center" gap="xs">
        <Text fw={600} ta="center">
          Drop recordings or transcripts here
        </Text>
        <FileButton multiple onChange={add}>
          {(props) => (
            <Button {...props} variant="default">
              Choose files
            </Button>
          )}
        </FileButton>
        <Text size="sm" ta="center">
          Recordings: wav, mp3, m4a, ogg, flac, webm and more, up to 2 GB. Transcripts: vtt, srt, vCon, or the JSON of a
          speech service. A recording and its transcript with the same name become one call.
        </Text>
      </Stack>
      <Group align="start" grow preventGrowOverflow={false}>
        <NativeSelect
          label="Direction of all"
          description="What a file's name says comes first"
          value={direction}
          data={DIRECTIONS}
          onChange={(event) => {
            const chosen = event.currentTarget.value as Direction;
            setDirection(chosen);
            describeAll({ direction: chosen });
          }}
        />
        {session.user.role !== 'rep' && (
          <PersonSelect
            label="Whose calls"
            description="Your own, unless you choose somebody"
            value={callerId}
            onChange={(chosen) => {
              setCallerId(chosen);
              describeAll({ callerId: chosen });
            }}
          />
        )}
      </Group>
      {items.length > 0 && (
        <Whole items={items} isSendable={isSendable} onSend={() => list.send(unsent.map(({ key }) => key))} />
      )}
      <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Files">
        {items.map((item) => (
          <Card key={item.key} component="li" withBorder>
            <UploadRow item={item} list={list} session={session} />
          </Card>
        ))}
      </Stack>
      <AskToLeave isUnderWay={isUnderWay} />
    </Stack>
  );
}

interface WholeProps {
  readonly items: readonly UploadItem[];
  readonly isSendable: (item: UploadItem) => boolean;
  readonly onSend: () => void;
}

/** How far all files are together, and what sends them. */
function Whole({ items, isSendable, onSend }: WholeProps) {
  const unsent = items.filter(isSendable).length;
  const begun = items.filter(({ state }) => state !== 'unsent');
  const sent = begun.filter(({ state }) => state === 'sent').length;
  const bytes = begun.reduce((sum, { file }) => sum + file.size, 0);
  const sentBytes = begun.reduce((sum, item) => sum + item.sentBytes, 0);
  return (
    <Stack gap="xs">
      <Group justify="space-between" mih={36}>
        <Text role="status">
          {begun.length === 0 ? 'Check what is said about each file, then send.' : `${sent} of ${begun.length} sent`}
        </Text>
        {unsent > 0 && <Button onClick={onSend}>{unsent === 1 ? 'Send 1 file' : `Send ${unsent} files`}</Button>}
      </Group>
      <Progress
        value={bytes === 0 ? 0 : (sentBytes / bytes) * 100}
        aria-label="All files together"
        style={{ visibility: begun.length === 0 ? 'hidden' : 'visible' }}
      />
    </Stack>
  );
}

/** Asks before what has not been sent is left. */
function AskToLeave({ isUnderWay }: { readonly isUnderWay: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: () => isUnderWay,
    enableBeforeUnload: () => isUnderWay,
    withResolver: true,
  });
  return (
    <Modal opened={blocker.status === 'blocked'} onClose={() => blocker.reset?.()} title="Files are not sent yet">
      <Stack>
        <Text>If you leave this page, sending stops. Choose the same files again, and it goes on where it was.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => blocker.proceed?.()}>
            Leave
          </Button>
          <Button data-autofocus onClick={() => blocker.reset?.()}>
            Stay
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
