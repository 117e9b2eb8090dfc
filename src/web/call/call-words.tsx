import { Button, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import type { TranscriptWord } from '../../contract/transcripts.js';
import type { CallDetails } from '../../contract/v1-answers.js';
import { copyText } from '../clipboard.js';
import { toast } from '../toasts.js';
import { useCallContext } from './call-context.js';
import { undoEdits } from './edit-words.js';
import { linkToMoment } from './moment.js';
import { useMoments } from './moments.js';
import { useProcessing } from './processing.js';
import { ProcessingSteps } from './processing-steps.js';
import type { SaidRange } from './selected-words.js';
import type { WordActions } from './selection-bar.js';
import { useSpeakerNames } from './speakers.js';
import { type ShownWord, spokenText } from './spoken-text.js';
import { Transcript } from './transcript.js';

const BlockEditor = lazy(async () => ({ default: (await import('./block-editor.js')).BlockEditor }));
const ClipDialog = lazy(async () => ({ default: (await import('../library/clip-dialog.js')).ClipDialog }));
const SpeakersDialog = lazy(async () => ({ default: (await import('./speakers-dialog.js')).SpeakersDialog }));

/** What is said in the call of the page. */
export function CallWords() {
  const { call } = useCallContext();
  return call.transcript === null ? <ProcessingSteps /> : <Words words={call.transcript} />;
}

function Words({ words }: { readonly words: readonly ShownWord[] }) {
  const { callId, call, clock, marks, can } = useCallContext();
  const spoken = spokenText(words);
  const names = useSpeakerNames(callId);
  const [edits, setEdits] = useState(false);
  const [namesSpeakers, setNamesSpeakers] = useState(false);
  const [clipped, setClipped] = useState<SaidRange | null>(null);
  const showEdits = useShownEdits(callId);
  useProcessing(callId, call.state);
  const editing = {
    isOn: edits,
    editor: (block: number, close: () => void) => {
      const { first, after } = spoken.blocks[block]!;
      return (
        <Suspense>
          <BlockEditor
            callId={callId}
            words={words.slice(first, after)}
            first={first}
            names={names}
            onMade={(numbers, transcript) => {
              showEdits(numbers, transcript);
              close();
            }}
            onClose={close}
          />
        </Suspense>
      );
    },
  };
  const tools = can.editTranscript && (
    <>
      <Button
        size="compact-sm"
        variant={edits ? 'light' : 'subtle'}
        aria-pressed={edits}
        onClick={() => setEdits(!edits)}
      >
        {edits ? '✓ Edit words' : 'Edit words'}
      </Button>
      <Button size="compact-sm" variant="subtle" onClick={() => setNamesSpeakers(true)}>
        Who speaks
      </Button>
    </>
  );
  return (
    <>
      <Transcript
        spoken={spoken}
        names={names}
        clock={clock}
        moments={useMoments(callId)}
        marks={marks}
        actions={useWordActions(setClipped)}
        {...(can.editTranscript && { editing })}
        tools={
          <>
            {tools}
            <Text size="xs" c="dimmed" role="status">
              {call.state === 'ANALYZING' && 'Being analysed…'}
            </Text>
          </>
        }
      />
      <Suspense>{namesSpeakers && <SpeakersDialog callId={callId} onClose={() => setNamesSpeakers(false)} />}</Suspense>
      <Suspense>{clipped && <ClipDialog callId={callId} said={clipped} onClose={() => setClipped(null)} />}</Suspense>
    </>
  );
}

function useWordActions(onClip: (said: SaidRange) => void): WordActions {
  const { callId, startDraft } = useCallContext();
  return useMemo(() => {
    const draft = (kind: 'comment' | 'highlight') => (said: SaidRange) => startDraft({ kind, ...said });
    return {
      comment: draft('comment'),
      highlight: draft('highlight'),
      clip: ({ startSeconds, endSeconds, quote }) => onClip({ startSeconds, endSeconds, quote }),
      copyLink: async ({ startSeconds }) => {
        const link = linkToMoment(callId, startSeconds);
        toast((await copyText(link)) ? 'The link is copied.' : `Copy this link: ${link}`);
      },
    };
  }, [callId, startDraft, onClip]);
}

/** Shows a transcript as it is after edits, which can be taken back. */
function useShownEdits(callId: string): (edits: readonly number[], transcript: readonly TranscriptWord[]) => void {
  const queryClient = useQueryClient();
  return (edits, transcript) => {
    if (edits.length === 0) return;
    queryClient.setQueryData<CallDetails>(
      ['call', callId],
      (call) => call && { ...call, transcript: [...transcript], state: 'ANALYZING' },
    );
    toast('Saved. The call is analysed again.', async () => {
      await undoEdits(callId, edits);
      await queryClient.invalidateQueries({ queryKey: ['call', callId] });
    });
  };
}
