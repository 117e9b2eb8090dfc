/**
 * Who may import whom in `src`, lower rooms first: a room imports only rooms above its row. `test/rooms.test.ts` holds
 * the code to this table, and `npm run docs` prints it into ARCHITECTURE.md.
 *
 * A row has the folder, what it is, and the rooms that its files may import besides their own. `services/*` are all rooms
 * below `services`. `subjects` are folders of the same room. `browser` rooms run in browsers: they import none of
 * `COMMON` and nothing of Node's.
 *
 * @type {readonly { folder: string, what: string, imports: string, subjects?: string, browser?: boolean }[]}
 */
export const rooms = [
  {
    folder: 'rules',
    what: 'pure rules: scoring, states of calls and results, listening',
    imports: '',
  },
  {
    folder: 'analysis',
    what: 'pure: words → blocks, statistics, topic matches, questions, search text, summary',
    imports: '',
  },
  {
    folder: 'transcripts',
    what: "pure: transcript files ⇄ words; an engine's words made sound",
    imports: 'analysis',
  },
  {
    folder: 'wire',
    what: "the API's bytes: instants, fragments, gzip splice, entries as JSON",
    imports: '',
  },
  {
    folder: 'templates',
    what: 'call-card templates: Liquid with limits, in threads',
    imports: 'wire',
  },
  {
    folder: 'contract',
    what: 'schemas of what routes take and answer; the route table',
    imports: 'rules',
  },
  {
    folder: 'client',
    what: 'typed client of both APIs, exported as `debrief/client`',
    imports: 'contract',
    browser: true,
  },
  {
    folder: 'web',
    what: 'the web app, bundled for browsers',
    subjects:
      'admin call calls coaching comments inbox insights library log-in profile scores shares shell stats upload',
    imports: 'analysis client contract rules',
    browser: true,
  },
  {
    folder: 'ingest',
    what: 'a body → checked words, fragment, analysis form; in threads',
    imports: 'analysis transcripts wire',
  },
  {
    folder: 'db/connection',
    what: 'pool, migrations, COPY',
    imports: 'wire',
  },
  {
    folder: 'postgres',
    what: 'the embedded server and its supervisor',
    imports: 'db/connection',
  },
  {
    folder: 'db',
    what: 'every query, by noun; `page-start.ts` and `stamps.ts` are the heart',
    imports: 'contract db/connection rules wire',
  },
  {
    folder: 'adapters/mail',
    what: 'the port for mail: a program',
    imports: '',
  },
  {
    folder: 'adapters/storage',
    what: 'the port for large objects: disk, S3',
    imports: '',
  },
  {
    folder: 'adapters/media',
    what: 'the port for decoding, and its engines',
    imports: '',
  },
  {
    folder: 'adapters/speech',
    what: 'the port for speech-to-text, and its engines',
    imports: 'transcripts',
  },
  {
    folder: 'adapters/summaries',
    what: 'the port for summaries, and its engines',
    imports: 'analysis',
  },
  {
    folder: 'queue',
    what: 'kinds of jobs, state of the queue, heartbeats of processes',
    imports: 'db db/connection',
  },
  {
    folder: 'services',
    what: 'what services share: actors, audit, ETags, stamps',
    imports: 'contract db queue wire',
  },
  {
    folder: 'services/objects',
    what: 'objects in the store, each under a row',
    imports: 'adapters/storage db queue',
  },
  {
    folder: 'services/people',
    what: 'users, teams, log-in, sessions, merging',
    imports: 'adapters/mail contract db queue services wire',
  },
  {
    folder: 'services/analysis',
    what: 'analysing a call, topics, re-matching, who speaks',
    imports: 'adapters/summaries analysis contract db db/connection queue rules services wire',
  },
  {
    folder: 'services/coaching',
    what: 'plans, meetings, KPIs',
    imports: 'contract db ingest rules services services/people wire',
  },
  {
    folder: 'services/calls',
    what: 'calls in, changed, deleted, found; templates',
    imports:
      'adapters/summaries analysis contract db ingest queue rules services services/analysis services/coaching services/objects templates transcripts wire',
  },
  {
    folder: 'services/recordings',
    what: 'recordings in, decoded, recognized, played',
    imports:
      'adapters/media adapters/speech contract db ingest queue rules services services/analysis services/calls services/objects transcripts wire',
  },
  {
    folder: 'services/scorecards',
    what: 'scorecards, skills, results',
    imports: 'contract db rules services services/calls services/people wire',
  },
  {
    folder: 'services/feedback',
    what: 'comments, shares, listens',
    imports: 'contract db rules services services/analysis services/calls services/people wire',
  },
  {
    folder: 'services/clips',
    what: 'clips of calls, their shares and sound; playlists',
    imports:
      'adapters/media contract db queue services services/analysis services/calls services/feedback services/objects services/people services/recordings wire',
  },
  {
    folder: 'services/accounts',
    what: 'accounts, credentials, rates',
    imports: 'analysis contract db services services/coaching services/people',
  },
  {
    folder: 'worker',
    what: 'handlers of jobs, and their loop',
    imports: 'adapters/* db db/connection queue services services/*',
  },
  {
    folder: 'server',
    what: 'the app: `auth/`, `rate-limit/`, `routes/`, `openapi/`, and how answers are sent',
    subjects: 'auth openapi rate-limit routes',
    imports:
      'adapters/mail adapters/storage analysis contract db db/connection ingest queue rules services services/* templates wire',
  },
  {
    folder: 'demo',
    what: 'the demo company and its dialogues, pure',
    subjects: 'phrases',
    imports: '',
  },
  {
    folder: 'demo/voice',
    what: 'speaks demo calls',
    imports: 'demo',
  },
  {
    folder: 'demo/seed',
    what: 'stores the demo company',
    imports: 'db demo demo/voice ingest services services/* templates wire',
  },
  {
    folder: 'cli',
    what: 'the commands',
    imports:
      'adapters/* contract db db/connection demo/seed demo/voice ingest postgres queue server services services/* templates worker',
  },
];

/** Files of `src` itself that every other room may import. */
export const COMMON = [
  'addresses.ts',
  'clock.ts',
  'config.ts',
  'disk-room.ts',
  'environment.ts',
  'errors.ts',
  'log.ts',
  'passing-buffers.ts',
  'retry-after.ts',
  'semaphore.ts',
];
