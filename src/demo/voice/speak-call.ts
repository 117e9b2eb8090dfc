// The synthesizer is busy for seconds at a time, so it is a program of its own. It reads a call to speak, in JSON, from its
// standard input, and writes the WAV file that its argument names.
import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { json } from 'node:stream/consumers';
import { loadFlite } from './flite.js';
import { type CallToSpeak, speakCall } from './spoken-call.js';

setPriority(constants.priority.PRIORITY_LOW);
const call = (await json(process.stdin)) as CallToSpeak;
writeFileSync(process.argv[2]!, speakCall(await loadFlite(), call));
