import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { copyText } from '../clipboard.js';
import { State } from '../shell/states.js';
import { toast } from '../toasts.js';
import { useCallContext } from './call-context.js';
import { linkToMoment } from './moment.js';
import { useMoments } from './moments.js';
import type { SaidRange } from './selected-words.js';
import type { WordActions } from './selection-bar.js';
import { useSpeakerNames } from './speakers.js';
import { spokenText } from './spoken-text.js';
import { Transcript } from './transcript.js';

/** What is said in the call of the page. */
export function CallWords() {
  const { callId, call, clock, marks, startDraft } = useCallContext();
  const spoken = useMemo(() => (call.transcript === null ? null : spokenText(call.transcript)), [call.transcript]);
  const names = useSpeakerNames(callId);
  const moments = useMoments(callId);
  const actions = useMemo((): WordActions => {
    const draft = (kind: 'comment' | 'highlight') => (said: SaidRange) => startDraft({ kind, ...said });
    return {
      comment: draft('comment'),
      highlight: draft('highlight'),
      copyLink: async ({ startSeconds }) => {
        const link = linkToMoment(callId, startSeconds);
        toast((await copyText(link)) ? 'The link is copied.' : `Copy this link: ${link}`);
      },
    };
  }, [callId, startDraft]);
  if (spoken === null) {
    return (
      <State title={call.state === 'ERROR' ? 'This call could not be processed' : 'No transcript yet'}>
        <Text>{call.errorReason ?? 'The words appear here once they are recognised.'}</Text>
      </State>
    );
  }
  return <Transcript spoken={spoken} names={names} clock={clock} moments={moments} marks={marks} actions={actions} />;
}
