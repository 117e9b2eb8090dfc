import { Stack, Text } from '@mantine/core';
import type { AnswerOf } from '../../client/index.js';
import type { v1Routes } from '../../contract/routes.js';
import { formatLength } from '../instants.js';

type Stats = NonNullable<AnswerOf<typeof v1Routes.readCall>['stats']>;

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

function figuresOf({ internalTalkTime, externalTalkTime, talkRatio, interchangesPerMinute }: Stats): Figure[] {
  return [
    {
      name: 'Talk ratio',
      value: talkRatio === null ? '–' : `${Math.round(talkRatio * 100)} %`,
      meaning: 'How much of all speech is that of our people.',
    },
    { name: 'We spoke', value: formatLength(internalTalkTime), meaning: 'All blocks of our people, added up.' },
    { name: 'They spoke', value: formatLength(externalTalkTime), meaning: 'All blocks of the others, added up.' },
    {
      name: 'Changes of speaker',
      value: `${interchangesPerMinute.toFixed(1)} a minute`,
      meaning: 'How often another one begins to speak, for each minute of the call.',
    },
  ];
}

/** The statistics of a call, each with what it means. */
export function StatsPanel({ stats }: { readonly stats: Stats | null }) {
  if (stats === null) return <Text c="dimmed">This call is not analysed yet.</Text>;
  return (
    <Stack component="dl" gap="sm" m={0}>
      {figuresOf(stats).map(({ name, value, meaning }) => (
        <div key={name}>
          <Text component="dt" size="sm">
            {name}: <b>{value}</b>
          </Text>
          <Text component="dd" size="xs" c="dimmed" m={0}>
            {meaning}
          </Text>
        </div>
      ))}
    </Stack>
  );
}
