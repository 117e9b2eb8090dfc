import type { CallTopicMatches } from '../../contract/call-views.js';
import type { CallDetails } from '../../contract/v1-answers.js';
import type { SecondsRange } from '../call/marks.js';
import { formatLength } from '../instants.js';
import type { CountedSeconds } from './counted-seconds.js';

/** A statistic of a call. */
export interface Figure {
  readonly name: string;
  /** With its unit. */
  readonly value: string;
  /** How it is counted. */
  readonly meaning: string;
  /** The seconds that were counted. */
  readonly ranges: readonly SecondsRange[];
  /** Whether it is one range, which can be played. */
  readonly plays: boolean;
}

type Stats = NonNullable<CallDetails['stats']>;

const TURN = 'A turn is what one person says without a pause of more than two seconds and without another one between.';

/** All statistics of a call, in words. */
export function figuresOf(
  stats: Stats,
  questionCounts: CallTopicMatches['questionCounts'],
  { talk, longest, changes, pace, questions }: CountedSeconds,
  names: ReadonlyMap<number, string>,
): readonly Figure[] {
  const nameOf = (speaker: number) => names.get(speaker) ?? `Speaker ${speaker + 1}`;
  const percent = stats.talkRatio === null ? '–' : `${Math.round(stats.talkRatio * 100)} %`;
  return [
    {
      name: 'Talk ratio',
      value: percent,
      meaning: `How much of all talk time is that of your own people: their turns, divided by everybody's turns. ${TURN}`,
      ranges: talk.INTERNAL,
      plays: false,
    },
    {
      name: 'We spoke',
      value: formatLength(stats.internalTalkTime),
      meaning: `Minutes and seconds of all turns of your own people, added up. ${TURN}`,
      ranges: talk.INTERNAL,
      plays: false,
    },
    {
      name: 'They spoke',
      value: formatLength(stats.externalTalkTime),
      meaning: `Minutes and seconds of all turns of people from outside, added up. ${TURN}`,
      ranges: talk.EXTERNAL,
      plays: false,
    },
    ...[...longest].map(([speaker, range]) => ({
      name: `Longest monologue of ${nameOf(speaker)}`,
      value: formatLength(stats.longestSegmentDurations[speaker] ?? 0),
      meaning: `Minutes and seconds of the longest turn. ${TURN}`,
      ranges: [range],
      plays: true,
    })),
    {
      name: 'Changes of speaker',
      value: `${stats.interchangesPerMinute.toFixed(1)} a minute`,
      meaning: 'How often another one begins to speak, divided by the minutes of the call.',
      ranges: changes,
      plays: false,
    },
    ...questionFigures(questionCounts, questions),
    ...paceFigures(stats, pace, nameOf),
  ];
}

function questionFigures(
  counts: CallTopicMatches['questionCounts'],
  questions: CountedSeconds['questions'],
): readonly Figure[] {
  if (counts === null) return [];
  const meaning =
    'Sentences with words of the topic of questions, such as “what” or “how much”. A sentence counts once. ' +
    'An administrator can change these words.';
  const all = [
    ['We asked', counts.internalSpeakerQuestionCount, questions.INTERNAL],
    ['They asked', counts.externalSpeakerQuestionCount, questions.EXTERNAL],
    ['Others asked', counts.unknownSpeakerQuestionCount, questions.UNKNOWN],
  ] as const;
  return all
    .filter(([name, count]) => count > 0 || name !== 'Others asked')
    .map(([name, count, ranges]) => ({
      name,
      value: count === 1 ? '1 question' : `${count} questions`,
      meaning,
      ranges,
      plays: false,
    }));
}

/** One for each speaker and section of up to five minutes. */
function paceFigures(
  { talkSpeeds }: Stats,
  pace: CountedSeconds['pace'],
  nameOf: (speaker: number) => string,
): readonly Figure[] {
  return pace.map(({ speaker, section, ranges }) => {
    const speed = talkSpeeds.find(({ start }) => start === section.startSeconds)?.wordsPerMinute[speaker] ?? 0;
    return {
      name: `Pace of ${nameOf(speaker)}, ${formatLength(section.startSeconds)} to ${formatLength(section.endSeconds)}`,
      value: `${Math.round(speed)} words a minute`,
      meaning:
        'The words that this person said in this part of the call, divided by the minutes of the part, with ' +
        'the time in which others spoke. A part is up to five minutes long.',
      ranges,
      plays: false,
    };
  });
}
