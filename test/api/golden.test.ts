import Type from 'typebox';
import { beforeAll, describe, expect, test } from 'vitest';
import * as contract from '#debrief/contract/v2.js';
import { conforms } from '../support/conforms.js';
import { openSuite } from '../support/suite.js';

// One case an object of API v2: its fields, their order, their types and values, as the reference shows them.

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

const { service, account, client } = await openSuite();

const transcript = [
  { start: '26.594', end: '26.704', word: 'hey', p: ',', v: 1 },
  { start: '26.8', end: '27.10', word: "please don't", v: 1 },
  { start: '27.2', end: '27.5', word: 'stop', p: '.', v: 1 },
  { start: '28', end: '28.5', word: 'what', v: 0 },
  { start: '28.5', end: '28.75', word: "don't", v: 0 },
  { start: '28.75', end: '29', word: 'you', v: 0 },
  { start: '29', end: '29.5', word: 'like', p: '?', v: 0 },
];

const crmMatches = [
  {
    crmName: 'Salesforce',
    activityCrmId: '00T6Q00008kHwVrUAK',
    account: { crmId: '0017000000kjYm7AAE', name: 'memoryBlue' },
    contacts: [{ crmId: '0035w00002zo034AAA', name: 'Kellie Courville' }],
    engagement: null,
  },
];

const callSummary = {
  nextSteps: ['Marc will debrief Tim on the conversation.'],
  questionsAndAnswers: [{ question: 'Q: What is the focus?', answer: 'A: Structure.' }],
  summary: 'A short call.',
};

const metadata = { deleted: false, opportunity_price_point: 50000, uploader: '124' };

async function giveFullCall(callerEmail: string, id?: string): Promise<string> {
  return client.upsertCall({
    ...(id !== undefined && { id }),
    callerEmail,
    callTime: '2018-01-01T11:11:11Z',
    duration: 123,
    direction: 'INBOUND',
    originalPath: 'foo.txt',
    transcript,
    crmMatches,
    callSummary,
    metadata,
    participants: [
      { speakerNumber: 0, firstName: 'Kellie', lastName: 'Courville' },
      { speakerNumber: 1, email: callerEmail.toUpperCase() },
    ],
  });
}

describe('people', () => {
  test('users, teams and departments', async () => {
    const department = (await client.send('POST', '/api/v1/departments', { name: 'New department' })).json();
    const manager = await account.addUser('tim.smith@example.com', { firstName: 'Tim', lastName: 'Smith' });
    const team = (
      await client.send('POST', '/api/v1/teams', {
        name: 'Quality Assurance Team',
        managerId: manager,
        departmentId: department.id,
      })
    ).json();
    const john = await account.addUser('john.doe@example.com', {
      firstName: 'John',
      lastName: 'Doe',
      teamId: team.id,
      systemIds: ['jason', 'argonauts'],
    });
    const users = await client.get('/api/ev/2/users');
    expect(users.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const expected = [
      {
        userId: manager,
        email: 'tim.smith@example.com',
        firstName: 'Tim',
        lastName: 'Smith',
        teamId: null,
        departmentId: null,
        systemIds: [],
      },
      {
        userId: john,
        email: 'john.doe@example.com',
        firstName: 'John',
        lastName: 'Doe',
        teamId: team.id,
        departmentId: department.id,
        systemIds: ['jason', 'argonauts'],
      },
    ].sort((a, b) => (a.userId < b.userId ? -1 : 1));
    expect(users.text).toBe(JSON.stringify(expected));
    conforms(Type.Array(contract.UserEntry), users.json());
    conforms(Type.Array(contract.TeamEntry), (await client.get('/api/ev/2/teams')).json());
    conforms(Type.Array(contract.DepartmentEntry), (await client.get('/api/ev/2/departments')).json());
    expect((await client.get('/api/ev/2/teams')).text).toBe(
      JSON.stringify([
        { id: team.id, name: 'Quality Assurance Team', managerId: manager, departmentId: department.id },
      ]),
    );
    expect((await client.get('/api/ev/2/departments')).text).toBe(
      JSON.stringify([{ id: department.id, name: 'New department' }]),
    );
  });

  test('only active ones', async () => {
    const leaver = await account.addUser('leaver@example.com');
    expect((await client.send('DELETE', `/api/v1/users/${leaver}`)).status).toBe(204);
    const ids = (await client.get('/api/ev/2/users')).json().map((user: { userId: string }) => user.userId);
    expect(ids).not.toContain(leaver);
    expect((await client.get(`/api/v1/users/${leaver}`)).json().active).toBe(false);
  });
});

describe('calls', () => {
  const email = 'rep@example.com';
  let userId: string;
  let id: string;
  beforeAll(async () => {
    userId = await account.addUser(email, { firstName: 'Rita', lastName: 'Rep' });
    id = await giveFullCall(email);
  });

  const stats = {
    internalTalkTime: 1,
    externalTalkTime: 2,
    talkRatio: 1 / 3,
    interchangesPerMinute: 1 / (123 / 60),
    longestSegmentDurations: { '0': 1.5, '1': 27.5 - 26.594 },
    talkSpeeds: [
      {
        start: 26.594,
        end: 29.5,
        wordsPerMinute: { '0': 4 / ((29.5 - 26.594) / 60), '1': 3 / ((29.5 - 26.594) / 60) },
      },
    ],
  };

  test('one call, with everything', async () => {
    const answer = await client.get(`/api/ev/2/call/${id}`);
    const { modified } = answer.json();
    conforms(contract.Call, answer.json());
    expect(modified).toMatch(STAMP);
    expect(answer.text).toBe(
      JSON.stringify({
        id,
        callerEmail: email,
        callerId: userId,
        callSummary,
        callTime: '2018-01-01T11:11:11Z',
        duration: 123,
        direction: 'INBOUND',
        state: 'COMPLETE',
        transcript,
        crmMatches,
        stats,
        originalPath: 'foo.txt',
        metadata: { ...metadata, callCardTemplates: {} },
        modified,
      }),
    );
  });

  test('the feed leaves out what is not asked for', async () => {
    const keys = async (query: string) =>
      Object.keys((await client.get(`/api/ev/2/calls?since=2020-01-01T00:00Z&${query}`)).json()[0]);
    const plain = [
      'id',
      'callerEmail',
      'callerId',
      'callSummary',
      'callTime',
      'duration',
      'direction',
      'state',
      'stats',
      'originalPath',
      'metadata',
      'modified',
    ];
    const withMore = (more: string[]) => [...plain.slice(0, 8), ...more, ...plain.slice(8)];
    expect(await keys('')).toEqual(plain);
    expect(await keys('include_transcripts=true')).toEqual(withMore(['transcript']));
    expect(await keys('include_crm_matches=true')).toEqual(withMore(['crmMatches']));
    expect(await keys('include_transcripts=true&include_crm_matches=true')).toEqual(
      withMore(['transcript', 'crmMatches']),
    );
    expect(await keys('include_transcripts=false&include_crm_matches=false&render_templates=false')).toEqual(plain);
  });

  test('a call without anything', async () => {
    const { id: bare } = (
      await client.send('POST', '/api/v1/calls', { callTime: '2022-05-19T16:58:09.749Z', direction: 'SCREENSHARE' })
    ).json();
    const answer = await client.get(`/api/ev/2/call/${bare}`);
    expect(answer.text).toBe(
      JSON.stringify({
        id: bare,
        callerEmail: null,
        callerId: null,
        callSummary: null,
        callTime: '2022-05-19T16:58:09.749Z',
        duration: null,
        direction: 'SCREENSHARE',
        state: 'PENDING',
        transcript: null,
        crmMatches: [],
        stats: null,
        originalPath: null,
        metadata: { callCardTemplates: {} },
        modified: answer.json().modified,
      }),
    );
  });

  test('topic matches', async () => {
    const objections = (
      await client.send('POST', '/api/v1/topics', {
        name: 'Common objections',
        words: ["please don't", 'stop calling', "don't stop", 'off your list'],
      })
    ).json();
    const called = await giveFullCall(email);
    const entries = (await client.get('/api/ev/2/call_topics?since=2020-01-01T00:00Z&limit=1000')).json();
    const entry = entries.find((each: { callId: string }) => each.callId === called);
    expect(entry.modified).toMatch(STAMP);
    conforms(contract.CallTopics, entry);
    expect(JSON.stringify(entry)).toBe(
      JSON.stringify({
        callId: called,
        modified: entry.modified,
        questionCounts: {
          internalSpeakerQuestionCount: 0,
          externalSpeakerQuestionCount: 0,
          unknownSpeakerQuestionCount: 0,
        },
        topicMatches: [
          {
            startTime: 26.594,
            endTime: 27.5,
            text: "hey, please don't stop.",
            speakerType: 'INTERNAL',
            topicsWithMatches: [
              {
                topicId: String(objections.id),
                topicName: 'Common objections',
                matches: [
                  {
                    searchText: ["please don't", "don't stop"],
                    matchingText: "please don't stop.",
                    matchStartTime: 26.8,
                    matchStartIndex: 1,
                    matchEndTime: 27.5,
                    matchEndIndex: 3,
                  },
                ],
              },
            ],
          },
        ],
      }),
    );
    const topics = (await client.get('/api/ev/2/topics')).json();
    conforms(Type.Array(contract.TopicDefinition), topics);
    expect(topics.at(-1)).toStrictEqual({
      id: objections.id,
      name: 'Common objections',
      words: ["please don't", 'stop calling', "don't stop", 'off your list'],
    });
  });

  test('the simplified transcript', async () => {
    const answer = await client.get(`/api/ev/2/transcript/${id}`);
    conforms(contract.Transcript, answer.json());
    expect(answer.text).toBe(
      JSON.stringify({
        speakers: [
          { email: null, firstName: 'Kellie', lastName: 'Courville', speakerNumber: 0, speakerType: 'EXTERNAL' },
          { email: 'rep@example.com', firstName: 'Rita', lastName: 'Rep', speakerNumber: 1, speakerType: 'INTERNAL' },
        ],
        transcript: [
          { endTime: 27.5, speakerNumber: 1, startTime: 26.594, text: "hey, please don't stop." },
          { endTime: 29.5, speakerNumber: 0, startTime: 28, text: "what don't you like?" },
        ],
      }),
    );
  });

  test('search', async () => {
    await client.send('POST', '/api/v1/calls', {
      id: 'CallId',
      callTime: '2022-01-01T00:00:00Z',
      direction: 'OUTBOUND',
      metadata: {
        company: 'Hewlett Packard Enterprise',
        nested: { tier: 3 },
        tags: ['A b', 'c'],
        won: false,
        none: null,
      },
    });
    const search = async (query: string) => (await client.get(`/api/ev/2/calls/search?${query}`)).json();
    expect(await search('metadata.id=callid')).toEqual(['CallId']);
    expect(await search('metadata.company=hewlett+packard+enterprise')).toEqual(['CallId']);
    expect(await search('metadata.company=HEWLETT%20PACKARD%20ENTERPRISE')).toEqual(['CallId']);
    expect(await search('metadata.company=hewlett')).toEqual([]);
    expect(await search('metadata.nested.tier=3')).toEqual(['CallId']);
    expect(await search('metadata.tags=a+b')).toEqual(['CallId']);
    expect(await search('metadata.won=false')).toEqual(['CallId']);
    expect(await search('metadata.none=null')).toEqual(['CallId']);
  });

  test('deleted calls', async () => {
    const gone = await giveFullCall(email, 'gone');
    expect((await client.send('DELETE', `/api/ev/2/call/${gone}`)).status).toBe(204);
    const [tombstone] = (await client.get('/api/ev/2/calls/deleted?since=2020-01-01T00:00Z')).json();
    expect(tombstone.deletedAt).toMatch(STAMP);
    conforms(contract.DeletedCall, tombstone);
    expect(JSON.stringify(tombstone)).toBe(
      JSON.stringify({
        id: 'gone',
        deletedAt: tombstone.deletedAt,
        callerId: userId,
        callTime: '2018-01-01T11:11:11Z',
      }),
    );
    for (const path of ['call/gone', 'transcript/gone']) {
      expect((await client.get(`/api/ev/2/${path}`)).status).toBe(404);
    }
    expect((await client.send('DELETE', '/api/ev/2/call/gone')).status).toBe(404);
    expect((await client.send('PATCH', '/api/v1/calls/gone', {})).status).toBe(404);
    for (const table of ['calls', 'fragments', 'analysis_forms', 'participants', 'metadata_values']) {
      const left = await service.pool.query(`select 1 from ${table} where account_id = $1 and call_id = 'gone'`, [
        account.accountId,
      ]);
      expect(left.rows, table).toEqual([]);
    }
  });
});
