// The limit of an answer without a content coding: all fragments inflated from memory, two at a time, and discarded.

import { inflate } from '#debrief/wire/fragment.js';
import { tellLimit } from './limit.js';
import { readFragments } from './stored-fragments.js';

const fragments = await readFragments();

let next = 0;
const lane = async () => {
  const { deflated, raw_length } = fragments[next++ % fragments.length]!;
  await inflate(deflated, raw_length);
  return 1 / fragments.length;
};
await tellLimit([lane, lane]);
process.disconnect();
