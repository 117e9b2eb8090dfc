import { readCallBody } from './call-body.js';
import { readTranscriptFile } from './transcript-file.js';
import { writeTranscript } from './written-transcript.js';

/** What ingest threads do. */
const jobs = { readCallBody, readTranscriptFile, writeTranscript };

/** The name of a job. */
export type JobName = keyof typeof jobs;
/** What a job takes. */
export type JobArguments<Name extends JobName> = Parameters<(typeof jobs)[Name]>;
/** What a job returns. */
export type JobResult<Name extends JobName> = ReturnType<(typeof jobs)[Name]>;

/** Runs a job on this thread. */
export function runJob<Name extends JobName>(name: Name, args: JobArguments<Name>): JobResult<Name> {
  // The compiler does not see that the arguments are those of the same job.
  const job = jobs[name] as unknown as (...args: JobArguments<Name>) => JobResult<Name>;
  return job(...args);
}
