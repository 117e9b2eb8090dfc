// What Quayline's managers expect in a call: skills, and the scorecards that ask about them.

/** Skills by their keys. */
export const DEMO_SKILLS = {
  opening: 'Opening the call',
  discovery: 'Discovery questions',
  listening: 'Active listening',
  value: 'Tying value to numbers',
  objections: 'Handling objections',
  demo: 'Showing, not telling',
  closing: 'Next steps',
  resolution: 'Solving the problem',
} as const;

/** The key of a skill. */
export type DemoSkill = keyof typeof DEMO_SKILLS;

/** A question of a scorecard. */
export interface DemoQuestion {
  readonly key: string;
  readonly section: string | null;
  readonly text: string;
  readonly weight: number;
  readonly skills: readonly DemoSkill[];
  readonly autoFail?: true;
  /** Whether it must be answered, and may not be N/A. */
  readonly required?: true;
}

/** A scorecard. */
export interface DemoScorecard {
  readonly key: string;
  readonly name: string;
  readonly scheme: 'OneToFive' | 'OneToThree' | 'OneTwo' | 'YesNo' | 'PassFail';
  /** The kinds of call that it is for. A call's kind is its first tag. */
  readonly kinds: readonly string[];
  readonly questions: readonly DemoQuestion[];
}

/** The demo company's scorecards. */
export const DEMO_SCORECARDS: readonly DemoScorecard[] = [
  {
    key: 'prospecting',
    name: 'First call',
    scheme: 'OneToThree',
    kinds: ['prospecting'],
    questions: [
      question('prospecting-1', 'Opening', 'Said who they are and why they call within the first half minute', 2, [
        'opening',
      ]),
      question('prospecting-2', 'Opening', 'Asked whether it is a good time', 1, ['opening', 'listening']),
      question('prospecting-3', 'Middle', 'Asked how trucks are booked in today', 3, ['discovery']),
      question('prospecting-4', 'Middle', 'Took the first no as a question', 2, ['objections']),
      question('prospecting-5', 'End', 'Left with a date in the calendar', 3, ['closing'], { required: true }),
    ],
  },
  {
    key: 'discovery',
    name: 'Discovery',
    scheme: 'OneToFive',
    kinds: ['discovery', 'review'],
    questions: [
      question('discovery-1', 'Preparation', 'Knew the sites and the carriers before the call', 1, ['opening']),
      question(
        'discovery-2',
        'Questions',
        'Asked open questions about the dock, the gate and the yard',
        3,
        ['discovery'],
        { required: true },
      ),
      question('discovery-3', 'Questions', 'Went on asking where an answer was vague', 2, ['discovery', 'listening']),
      question('discovery-4', 'Value', 'Put a cost on what goes wrong, in the customer’s own figures', 3, ['value']),
      question('discovery-5', 'Value', 'Summed up what was heard, and had it confirmed', 2, ['listening']),
      question('discovery-6', 'End', 'Agreed who does what by when', 2, ['closing'], { required: true }),
    ],
  },
  {
    key: 'demo',
    name: 'Demonstration',
    scheme: 'OneToFive',
    kinds: ['demo', 'technical'],
    questions: [
      question('demo-1', null, 'Began with what the customer wants to see', 2, ['opening', 'listening']),
      question('demo-2', null, 'Showed the customer’s own day rather than a list of functions', 3, ['demo', 'value'], {
        required: true,
      }),
      question('demo-3', null, 'Stopped after each part and asked for a reaction', 2, ['listening', 'demo']),
      question('demo-4', null, 'Answered doubts with evidence', 2, ['objections']),
      question('demo-5', null, 'Closed with the next step and its date', 2, ['closing'], { required: true }),
    ],
  },
  {
    key: 'negotiation',
    name: 'Price and terms',
    scheme: 'OneTwo',
    kinds: ['negotiation', 'renewal'],
    questions: [
      question('negotiation-1', null, 'Came back to the agreed value before talking about price', 2, ['value'], {
        required: true,
      }),
      question('negotiation-2', null, 'Gave nothing without asking for something', 2, ['objections']),
      question('negotiation-3', null, 'Found out who signs, and when', 1, ['discovery', 'closing']),
    ],
  },
  {
    key: 'support',
    name: 'Support call',
    scheme: 'YesNo',
    kinds: ['support', 'kickoff'],
    questions: [
      question('support-1', 'Courtesy', 'Greeted by name and said the ticket’s number', 1, ['opening']),
      question('support-2', 'Courtesy', 'Let the caller finish', 1, ['listening']),
      question('support-3', 'Solution', 'Found the cause, not only the symptom', 3, ['resolution', 'discovery'], {
        required: true,
      }),
      question('support-4', 'Solution', 'Made sure that it works before ending the call', 2, ['resolution', 'closing']),
      question('support-5', 'Security', 'Asked for no password', 1, [], { autoFail: true, required: true }),
    ],
  },
];

function question(
  key: string,
  section: string | null,
  text: string,
  weight: number,
  skills: readonly DemoSkill[],
  more: Pick<DemoQuestion, 'autoFail' | 'required'> = {},
): DemoQuestion {
  return { key, section, text, weight, skills, ...more };
}
