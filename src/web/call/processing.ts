import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Processing } from '../../contract/recordings.js';
import type { CallDetails } from '../../contract/v1-answers.js';
import { api } from '../api.js';

const POLL_MS = 1500;

const isSettled = (state: CallDetails['state']) => state === 'COMPLETE' || state === 'ERROR';

/**
 * How far a call's processing is, while it is under way or has failed. When it moves on, what is made from it is read
 * again.
 */
export function useProcessing(callId: string, state: CallDetails['state']): Processing | undefined {
  const queryClient = useQueryClient();
  const { data } = useQuery({
    queryKey: ['processing', callId],
    queryFn: () => api.v1.readProcessing({ params: { id: callId } }),
    enabled: state !== 'COMPLETE',
    refetchInterval: isSettled(state) ? false : POLL_MS,
    staleTime: 0,
  });
  const reached = data?.state;
  useEffect(() => {
    if (reached === undefined || reached === state || isSettled(state)) return;
    for (const part of ['call', 'speakers', 'summary', 'topics', 'feedback', 'has-sound']) {
      queryClient.invalidateQueries({ queryKey: [part, callId] });
    }
  }, [queryClient, callId, reached, state]);
  return data;
}
