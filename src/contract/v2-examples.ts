// The objects that the vendor's reference shows, by the name of their schema; fields that it leaves out are filled in.

const word = { start: '26.594', end: '26.704', word: 'hey', p: ',', v: 1 };

const crmMatch = {
  crmName: 'Salesforce',
  activityCrmId: '00T6Q00008kHwVrUAK',
  account: { crmId: '0017000000kjYm7AAE', name: 'memoryBlue' },
  contacts: [{ crmId: '0035w00002zo034AAA', name: 'Kellie Courville' }],
  engagement: null,
};

const callSummary = {
  nextSteps: ['Marc will debrief Tim on the conversation.'],
  questionsAndAnswers: [
    {
      question: "Q: What is the speaker's company focused on right now?",
      answer: 'A: Becoming a well-structured and scalable global organization.',
    },
  ],
  summary: 'Tim explains what his company is working on, and what comes next.',
};

const stats = {
  internalTalkTime: 418,
  externalTalkTime: 238,
  talkRatio: 0.6371951219512195,
  interchangesPerMinute: 2.589041095890411,
  longestSegmentDurations: { '0': 76, '1': 34.47000000000003 },
  talkSpeeds: [
    { start: 76.24, end: 375.23, wordsPerMinute: { '0': 102.74591123448945, '1': 56.59052142212114 } },
    { start: 375.74, end: 675.63, wordsPerMinute: { '0': 120.24408949948315, '1': 54.62002734335924 } },
    { start: 675.64, end: 727.1, wordsPerMinute: { '0': 72.28915662650597, '1': 88.61251457442668 } },
  ],
};

export const v2Examples: Readonly<Record<string, unknown>> = {
  User: {
    userId: 'fc9a78ce-104e-43e4-b59f-38255af837bd',
    email: 'john.doe@example.com',
    firstName: 'John',
    lastName: 'Doe',
    teamId: 'c482d0b3-c2f0-4276-920a-37487c61d72c',
    departmentId: '54c2c3ab-48c1-4790-bac7-16fe1475f581',
    systemIds: ['jason', 'argonauts'],
  },
  Team: {
    id: 'c482d0b3-c2f0-4276-920a-37487c61d72c',
    name: 'Quality Assurance Team',
    managerId: '4287afe4-a4e1-4714-9725-68bebb6718a1',
    departmentId: '54c2c3ab-48c1-4790-bac7-16fe1475f581',
  },
  Department: { id: 'fe3577be-b911-485e-82cd-d024c65e5bdd', name: 'New department' },
  Word: word,
  CrmMatch: crmMatch,
  Call: {
    id: 'a987a7b3-74e9-421e-8c96-2fdcfbda1c8b',
    callerEmail: 'john.doe@example.com',
    callerId: 'f3624158-1204-4fe3-b71a-38677f0ec547',
    callSummary,
    callTime: '2018-01-01T11:11:11Z',
    duration: 123,
    direction: 'INBOUND',
    state: 'COMPLETE',
    transcript: [word],
    crmMatches: [crmMatch],
    stats,
    originalPath: 'foo.txt',
    metadata: { deleted: false, opportunity_price_point: 50000, uploader: '124' },
    modified: '2018-01-01T11:26:48.048648Z',
  },
  DeletedCall: {
    id: '0f93dd42-9dab-4365-a192-2ce0b5449a71',
    deletedAt: '2022-05-19T16:58:14.048648Z',
    callerId: '00be2baf-f0b9-47b7-9fee-85693f4d7fa5',
    callTime: '2022-05-19T16:58:09.749Z',
  },
  TopicDefinition: { id: 1, name: 'Common objections', words: ["please don't", 'stop calling', 'off your list'] },
};
