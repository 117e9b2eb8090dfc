import { Badge, Stack, Text } from '@mantine/core';
import type { Result, Scorecard } from '../../contract/scorecards.js';
import { MomentButton } from '../call/moment-button.js';
import { choicesOf } from './answers.js';

/** The answers of a result, with their comments and the moments that they cite. */
export function ResultView({ result, scorecard }: { readonly result: Result; readonly scorecard: Scorecard }) {
  const choices = choicesOf(scorecard.scheme);
  const answers = new Map(result.answers.map((answer) => [answer.questionId, answer]));
  return (
    <Stack gap="xs" component="ul" className="result-answers">
      {result.autoFailed && (
        <li>
          <Badge color="red.9">✕ Failed by one answer</Badge>
        </li>
      )}
      {scorecard.questions.map(({ questionId, text }) => {
        const { answer, comment, reason, moment, percentage } = answers.get(questionId) ?? {};
        return (
          <li key={questionId}>
            <Text size="sm">{text}</Text>
            <Text size="sm" component="div">
              <b>{answer == null ? 'N/A' : choices[answer]}</b>
              {percentage != null && ` (${percentage} %) `}
              {moment != null && <MomentButton seconds={moment} label={`Cited for: ${text}`} />}
            </Text>
            {reason && <Text size="sm">{reason}</Text>}
            {comment && (
              <Text size="sm" className="typed">
                {comment}
              </Text>
            )}
          </li>
        );
      })}
    </Stack>
  );
}
