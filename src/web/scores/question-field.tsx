import { Button, Group, Input, Paper, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Question } from '../../contract/scorecards.js';
import type { Scheme } from '../../rules/scoring.js';
import { useCallContext } from '../call/call-context.js';
import { useHeardSecond } from '../call/heard-second.js';
import { MomentButton } from '../call/moment-button.js';
import { formatLength } from '../instants.js';
import { choicesOf, type FilledAnswer } from './answers.js';

interface QuestionFieldProps {
  readonly question: Question;
  readonly scheme: Scheme;
  readonly filled: FilledAnswer;
  /** What was entered elsewhere at the same time; null if nothing was. */
  readonly other: FilledAnswer | null;
  /** What is missing; null if nothing is, or nobody asked yet. */
  readonly lack: string | null;
  readonly onChange: (filled: FilledAnswer) => void;
  /** Takes the other answer, or, with null, leaves it. */
  readonly onOther: (taken: FilledAnswer | null) => void;
}

const NOT_APPLICABLE = 'na';

/** One question of a scorecard: its answer, a comment, and the moment of the call that it cites. */
export function QuestionField({ question, scheme, filled, other, lack, onChange, onOther }: QuestionFieldProps) {
  const choices = choicesOf(scheme);
  const { text, required, autoFail, commentRequired } = question;
  const [wantsComment, setWantsComment] = useState(false);
  const hasComment = wantsComment || commentRequired === 'always' || filled.comment !== null || lack !== null;
  const value = filled.answer === undefined ? '' : filled.answer === null ? NOT_APPLICABLE : String(filled.answer);
  const answer = (given: string) => onChange({ ...filled, answer: given === NOT_APPLICABLE ? null : Number(given) });
  return (
    <Stack gap={6}>
      <Radio.Group
        label={text}
        withAsterisk={required}
        error={lack}
        value={value}
        onChange={answer}
        description={autoFail ? `“${choices[0]}” fails the whole score.` : undefined}
      >
        <Group gap="sm" mt={4}>
          {choices.map((label, index) => (
            <Radio key={label} value={String(index)} label={label} />
          ))}
          {!required && <Radio value={NOT_APPLICABLE} label="N/A" />}
        </Group>
      </Radio.Group>
      {hasComment && (
        <Textarea
          aria-label={`Comment on: ${text}`}
          placeholder="Comment"
          autosize
          minRows={1}
          maxLength={5_000}
          value={filled.comment ?? ''}
          onChange={(event) => onChange({ ...filled, comment: event.currentTarget.value })}
        />
      )}
      {filled.comment && filled.answer === undefined && (
        <Input.Description>The comment is saved with the answer.</Input.Description>
      )}
      <Group gap="xs">
        {!hasComment && (
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => setWantsComment(true)}
            aria-label={`Comment on: ${text}`}
          >
            Add a comment
          </Button>
        )}
        {filled.moment === null ? (
          <CiteButton about={text} onCite={(moment) => onChange({ ...filled, moment })} />
        ) : (
          <Group gap={4}>
            <Text size="sm">
              Cites <MomentButton seconds={filled.moment} label={`Cited for: ${text}`} />
            </Text>
            <Button
              variant="subtle"
              size="compact-sm"
              aria-label={`Cite no moment for: ${text}`}
              onClick={() => onChange({ ...filled, moment: null })}
            >
              ✕
            </Button>
          </Group>
        )}
      </Group>
      {other !== null && (
        <Paper withBorder p="xs" role="status">
          <Text size="sm" fw={600}>
            ⚠ This was changed elsewhere too
          </Text>
          <Text size="sm">
            There: {other.answer == null ? 'N/A' : choices[other.answer]}
            {other.comment && `, “${other.comment}”`}. Yours is kept.
          </Text>
          <Group gap="xs" mt={4}>
            <Button size="compact-sm" variant="default" onClick={() => onOther(other)}>
              Take that one
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => onOther(null)}>
              Keep mine
            </Button>
          </Group>
        </Paper>
      )}
    </Stack>
  );
}

interface CiteButtonProps {
  readonly about: string;
  readonly onCite: (seconds: number) => void;
}

/** Cites the moment that is heard. It alone is drawn each second. */
function CiteButton({ about, onCite }: CiteButtonProps) {
  const { clock } = useCallContext();
  const second = useHeardSecond(clock);
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      className="time"
      aria-label={`Cite the moment that is heard for: ${about}`}
      onClick={() => onCite(Math.floor(clock.now()))}
    >
      Cite {formatLength(second)}
    </Button>
  );
}
