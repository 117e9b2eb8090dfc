import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { State } from '../shell/states.js';
import { useCallContext } from './call-context.js';
import { useSpeakerNames } from './speakers.js';
import { spokenText } from './spoken-text.js';
import { Transcript } from './transcript.js';

/** What is said in the call of the page. */
export function CallWords() {
  const { callId, call, clock } = useCallContext();
  const spoken = useMemo(() => (call.transcript === null ? null : spokenText(call.transcript)), [call.transcript]);
  const names = useSpeakerNames(callId);
  if (spoken === null) {
    return (
      <State title={call.state === 'ERROR' ? 'This call could not be processed' : 'No transcript yet'}>
        <Text>{call.errorReason ?? 'The words appear here once they are recognised.'}</Text>
      </State>
    );
  }
  return <Transcript spoken={spoken} names={names} clock={clock} />;
}
