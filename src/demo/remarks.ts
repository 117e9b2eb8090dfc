import type { DemoSkill } from './scorecards.js';

// What managers write. `{r}` is the rep's first name.

type Remarks = Readonly<Record<DemoSkill, readonly string[]>>;

/** Comments on something done well, by skill. */
export const PRAISE: Remarks = {
  opening: [
    'Clear opening: name, reason and a question, all in two sentences.',
    'Nice and calm start, {r}. You can hear that they relax.',
    'You had read up on their sites. It shows right away.',
  ],
  discovery: [
    'This is the question of the call. It opens everything that comes after.',
    'Good that you asked how often that happens instead of moving on.',
    'Open question, then silence. Exactly right.',
  ],
  listening: [
    'You picked up their own words here. Keep doing that.',
    'Great summary, and you waited for the yes.',
    'You let the pause work for you.',
  ],
  value: [
    'Now the delay has a price, and it is theirs, not ours.',
    'Their number, their calculation. That is how it sticks.',
    'Good link from detention charges to what a shorter turn is worth.',
  ],
  objections: [
    'You asked what is behind it before answering. Well done, {r}.',
    'No defence, just a question back. Very good.',
    'You named the competitor fairly and came back to their problem.',
  ],
  demo: ['You showed their Monday morning, not our menu.', 'Good stop here for a reaction.'],
  closing: ['Date, time and who is there: nothing left open.', 'You asked for the next step instead of hoping for it.'],
  resolution: [
    'You tested it with them before letting go. That saves the second ticket.',
    'Straight from the symptom to the setting that caused it.',
  ],
};

/** Comments on something to improve, by skill. */
export const ADVICE: Remarks = {
  opening: [
    'The reason for the call comes after a minute. Put it first.',
    'Try to ask for the time they have before you begin.',
  ],
  discovery: [
    'Two questions in one: they answered the easier one. Ask one at a time.',
    'This would have been the moment to ask what it costs them.',
    'A closed question gets a yes. “How do you …” would have got a story.',
  ],
  listening: [
    'They started to say something about the night shift here, and we talked over it.',
    'Count to two before you answer, {r}.',
    'Say back what you heard before the next topic.',
  ],
  value: [
    'We talk about functions here; they asked what changes for them.',
    'Use their own figure from earlier in the call.',
  ],
  objections: [
    'The discount came before we knew what the objection was.',
    'Ask “compared with what?” before you defend the price.',
  ],
  demo: ['Eight minutes without a question. Stop after each screen.', 'Skip the settings; they will never see them.'],
  closing: [
    '“I will send something over” is not a next step. Ask for a date.',
    'Who else has to be there? That was left open.',
  ],
  resolution: [
    'It works now, but we do not know why. Note the cause in the ticket.',
    'Ask them to try it while you are on the line.',
  ],
};

/** Reps' replies to comments. */
export const REPLIES = [
  'Thanks, I had not noticed that.',
  'Agreed. I will try it on the call on Thursday.',
  'Fair point. I was already thinking about the next topic.',
  'Good to know that it came across.',
  'Can we listen to this part together?',
];

/** Reps' reasons to dispute a result. */
export const DISPUTES = [
  'They had told me the date by e-mail before, so I did not ask again.',
  'The line was cut for a few seconds here; they did not hear the question.',
  'This was the second call of the day with them, so an opening made no sense.',
];

/** Managers' answers to a dispute. */
export const RESOLUTIONS = [
  'You are right, I have taken that into account.',
  'I see it, but the question still belongs on the call. It stays.',
];

/** Coaches' comments on a meeting. */
export const MEETING_NOTES = [
  'Listened to both calls together. Agreed on one thing to try until next time.',
  'Good preparation. The part about price is much calmer than last month.',
  'Spent most of the time on how to go on asking after a vague answer.',
  'Short one: calendar was full. Homework stays the same.',
];
