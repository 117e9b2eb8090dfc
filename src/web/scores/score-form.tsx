import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Answered } from '../../client/index.js';
import type { Result, Scorecard } from '../../contract/scorecards.js';
import { useCallContext } from '../call/call-context.js';
import { useKept } from '../call/draft.js';
import { createTimeFormat } from '../instants.js';
import { Fault } from '../sent-form.js';
import { toast } from '../toasts.js';
import { AnswerSaver, type KeptAnswers, type SaveState } from './answer-saver.js';
import { emptyAnswer, type FilledAnswer, lackOf, percentageOf } from './answers.js';
import { QuestionField } from './question-field.js';

interface ScoreFormProps {
  readonly scorecard: Scorecard;
  readonly result: Answered<Result>;
  readonly onDone: () => void;
}

/** Fills in a scorecard. A draft is saved as one types; what was submitted is amended by a button. */
export function ScoreForm({ scorecard, result, onDone }: ScoreFormProps) {
  const { callId, session } = useCallContext();
  const queryClient = useQueryClient();
  const [kept, keep] = useKept<KeptAnswers>(`answers ${session.user.id} ${result.data.id}`);
  const isDraft = result.data.state === 'DRAFT';
  const [saver] = useState(() => new AnswerSaver({ result, kept, keep, isAutomatic: isDraft }));
  const { answers, others, save } = useSyncExternalStore(saver.listen, () => saver.shown);
  useEffect(() => () => saver.close(), [saver]);
  const [isChecked, setIsChecked] = useState(false);
  const { scheme, questions } = scorecard;
  const lacks = questions.map((question) => lackOf(question, scheme, answers));
  const lacking = lacks.filter((lack) => lack !== null).length;
  const { percentage, autoFailed } = percentageOf(scorecard, answers);
  const finish = useMutation({
    mutationFn: () => (isDraft ? saver.submit() : saver.save()),
    onSuccess: () => {
      toast(isDraft ? 'The score was submitted.' : 'The score was changed.');
      queryClient.invalidateQueries({ queryKey: ['results', callId] });
      queryClient.invalidateQueries({ queryKey: ['calls'] });
      queryClient.invalidateQueries({ queryKey: ['result-history', result.data.id] });
      onDone();
    },
  });
  const change = (next: FilledAnswer) => saver.edit({ ...answers, [next.questionId]: next });
  const dropOther = (questionId: string, taken: FilledAnswer | null) => {
    const { [questionId]: _, ...rest } = others;
    saver.edit(taken === null ? answers : { ...answers, [questionId]: taken }, rest);
  };
  const tryFinish = () => {
    setIsChecked(true);
    if (lacking === 0) return finish.mutate();
    const first = questions[lacks.findIndex((lack) => lack !== null)]!;
    document.getElementById(`question-${first.questionId}`)?.scrollIntoView({ block: 'center' });
  };
  return (
    <Stack gap="md" component="form" onSubmit={(event) => event.preventDefault()}>
      <Group justify="space-between" className="score-state">
        <Text size="sm" aria-live="polite">
          So far: <b>{percentage === null ? '–' : `${percentage} %`}</b>
          {autoFailed && (
            <Badge color="red.9" ml={6}>
              ✕ Failed by one answer
            </Badge>
          )}
        </Text>
        <Text size="sm" role="status">
          {isDraft || save.kind !== 'saved' ? wordsOf(save, isDraft, session.timeZone) : ''}
        </Text>
      </Group>
      {questions.map((question, index) => (
        <div key={question.questionId} id={`question-${question.questionId}`}>
          {question.section !== null && question.section !== questions[index - 1]?.section && (
            <Title order={4} size="h5" mb={4}>
              {question.section}
            </Title>
          )}
          <QuestionField
            question={question}
            scheme={scheme}
            filled={answers[question.questionId] ?? emptyAnswer(question.questionId)}
            other={others[question.questionId] ?? null}
            lack={isChecked ? lacks[index]! : null}
            onChange={change}
            onOther={(taken) => dropOther(question.questionId, taken)}
          />
        </div>
      ))}
      <Fault error={finish.error} />
      {isChecked && lacking > 0 && (
        <Text size="sm" role="alert">
          {lacking === 1 ? 'One question is not complete.' : `${lacking} questions are not complete.`}
        </Text>
      )}
      <Group gap="xs">
        <Button size="sm" loading={finish.isPending} onClick={tryFinish}>
          {isDraft ? 'Submit' : 'Save changes'}
        </Button>
        {!isDraft && (
          <Button
            size="sm"
            variant="default"
            onClick={() => {
              keep(null);
              onDone();
            }}
          >
            Cancel
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function wordsOf(save: SaveState, isDraft: boolean, timeZone: string): string {
  switch (save.kind) {
    case 'saved':
      return `✓ Saved ${createTimeFormat(timeZone)(save.at)}`;
    case 'saving':
      return 'Saving…';
    case 'unsaved':
      return isDraft ? 'Saving…' : 'Not saved yet';
    case 'retrying':
      return '⚠ Not saved, trying again';
    case 'refused':
      return `⚠ Not saved: ${save.why}`;
  }
}
