import { useQuery } from '@tanstack/react-query';
import type { CallSpeaker } from '../../contract/v1-answers.js';
import { api } from '../api.js';
import { speakerNames } from '../names.js';

const NOBODY: readonly CallSpeaker[] = [];
const NO_NAMES: ReadonlyMap<number, string> = new Map();

const speakersQuery = (callId: string) => ({
  queryKey: ['speakers', callId],
  queryFn: async () => (await api.v1.listSpeakers({ params: { id: callId } })).items,
});

const namesOf = (speakers: readonly CallSpeaker[]) => speakerNames(speakers);

/** The speakers of a call, once they are known. */
export function useSpeakers(callId: string): readonly CallSpeaker[] {
  const { data = NOBODY } = useQuery(speakersQuery(callId));
  return data;
}

/** The speakers' names by number, once they are known. */
export function useSpeakerNames(callId: string): ReadonlyMap<number, string> {
  const { data = NO_NAMES } = useQuery({ ...speakersQuery(callId), select: namesOf });
  return data;
}
