import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ClipContent } from '../../contract/clips.js';
import { api } from '../api.js';
import { soundOf } from '../call/sound.js';
import { type SpokenText, spokenText } from '../call/spoken-text.js';
import { speakerNames } from '../names.js';
import { clipContentQuery } from './queries.js';

/** What is played of a call: a clip, or all of it. Times are seconds of what is played. */
export interface Stretch {
  /** Null where nothing can be heard, or not yet. */
  readonly audioUrl: string | null;
  /** Called with the element that plays it. Returns what ends this. */
  readonly watch?: (audio: HTMLAudioElement) => () => void;
  readonly from: number;
  /** Null for the sound's own end. */
  readonly to: number | null;
  readonly spoken: SpokenText;
  /** The speakers' names, by number. */
  readonly names: ReadonlyMap<number, string>;
  readonly sound: ClipContent['sound'];
}

/** A clip, or a whole call, to be played. */
export interface StretchSource {
  readonly clipId: string | null;
  readonly callId: string;
  readonly startSeconds: number;
  readonly endSeconds: number | null;
  readonly wholeCall: boolean;
}

/**
 * What is played of a clip: of the call's own sound for those who see the whole call, and otherwise of the clip's,
 * which begins at 0.
 */
export function clipStretch(
  { speakers, words, sound }: ClipContent,
  { startSeconds, endSeconds }: { readonly startSeconds: number; readonly endSeconds: number },
  heard: { readonly audioUrl: string; readonly isWholeCall: boolean; readonly watch?: Stretch['watch'] },
): Stretch {
  const shift = heard.isWholeCall ? 0 : startSeconds;
  const shifted = (text: string) => String(Number(text) - shift);
  const isHeard = heard.isWholeCall ? sound !== 'none' : sound === 'ready';
  return {
    audioUrl: isHeard ? heard.audioUrl : null,
    ...(heard.watch && { watch: heard.watch }),
    from: startSeconds - shift,
    to: endSeconds - shift,
    spoken: spokenText(words.map((word) => ({ ...word, start: shifted(word.start), end: shifted(word.end) }))),
    names: new Map(speakers.map(({ speakerNumber, name }) => [speakerNumber, name ?? `Speaker ${speakerNumber + 1}`])),
    sound,
  };
}

/** What is played of a clip or call of a person who sees it, once it is known. */
export function useStretch(source: StretchSource): { readonly stretch: Stretch | undefined; readonly error: unknown } {
  const { clipId, callId, startSeconds, endSeconds, wholeCall } = source;
  const content = useQuery({ ...clipContentQuery(clipId ?? '', wholeCall), enabled: clipId !== null });
  const call = useQuery({
    queryKey: ['call', callId, 'played'],
    queryFn: async ({ signal }) => {
      const [{ transcript }, { items: speakers }, heard] = await Promise.all([
        api.v1.readCall({ params: { id: callId }, signal }),
        api.v1.listSpeakers({ params: { id: callId }, signal }),
        fetch(soundOf(callId).audioUrl, { method: 'HEAD', signal }),
      ]);
      return { words: transcript ?? [], names: speakerNames(speakers), hasSound: heard.ok };
    },
    enabled: clipId === null,
  });
  const stretch = useMemo((): Stretch | undefined => {
    const { audioUrl, watch } = soundOf(callId);
    if (clipId === null) {
      if (call.data === undefined) return undefined;
      const { words, names, hasSound } = call.data;
      return {
        audioUrl: hasSound ? audioUrl : null,
        ...(watch && { watch }),
        from: 0,
        to: hasSound ? null : endSeconds,
        spoken: spokenText(words),
        names,
        sound: hasSound ? 'ready' : 'none',
      };
    }
    if (content.data === undefined) return undefined;
    const own = { audioUrl: `/api/v1/clips/${encodeURIComponent(clipId)}/audio`, isWholeCall: false };
    const range = { startSeconds, endSeconds: endSeconds ?? startSeconds };
    return clipStretch(content.data, range, wholeCall ? { audioUrl, isWholeCall: true, watch } : own);
  }, [clipId, callId, startSeconds, endSeconds, wholeCall, content.data, call.data]);
  return { stretch, error: content.error ?? call.error };
}
