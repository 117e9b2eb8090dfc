import { ActionIcon, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { PlaylistItem } from '../../contract/playlists.js';
import { createInstantFormat } from '../instants.js';
import { sessionQuery } from '../session.js';
import { Failed, Waiting } from '../shell/states.js';
import { TextLink } from '../text-link.js';
import { titleOf } from './item-title.js';
import { useStretch } from './stretch.js';
import { StretchPlayer } from './stretch-player.js';

interface PlayedItemProps {
  readonly item: PlaylistItem;
  /** From 1. */
  readonly place: number;
  readonly count: number;
  readonly playsAtOnce: boolean;
  readonly onPrevious: (() => void) | null;
  readonly onNext: (() => void) | null;
  /** Called when it was played to its end. */
  readonly onEnd: () => void;
}

/** The clip or call of a playlist that is played now. */
export function PlayedItem({ item, place, count, playsAtOnce, onPrevious, onNext, onEnd }: PlayedItemProps) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { stretch, error } = useStretch(item);
  const format = createInstantFormat(session?.timeZone ?? 'UTC');
  const { clipId, callId, callTime, startSeconds, note, wholeCall } = item;
  return (
    <Stack gap="xs" component="section" aria-label="Now playing">
      <div>
        <Text size="sm" role="status">
          {place} of {count}
        </Text>
        <Title order={2} size="h4" className="library-text">
          {titleOf(item)}
        </Title>
        <Text size="sm" c="dimmed">
          {format(callTime)}
        </Text>
      </div>
      {note !== null && <Text className="library-text">{note}</Text>}
      {wholeCall && (
        <TextLink to="/calls/$callId" params={{ callId }} search={clipId === null ? {} : { t: startSeconds }}>
          Open the call
        </TextLink>
      )}
      {stretch === undefined && (error === null ? <Waiting /> : <Failed error={error as Error} />)}
      {stretch !== undefined && (
        <StretchPlayer key={stretch.audioUrl} stretch={stretch} playsAtOnce={playsAtOnce} onEnd={onEnd}>
          <ActionIcon
            variant="default"
            size={34}
            aria-label="Previous"
            disabled={onPrevious === null}
            onClick={() => onPrevious?.()}
          >
            «
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={34}
            aria-label="Next"
            disabled={onNext === null}
            onClick={() => onNext?.()}
          >
            »
          </ActionIcon>
        </StretchPlayer>
      )}
    </Stack>
  );
}
