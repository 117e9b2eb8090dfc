import Type, { type Static } from 'typebox';
import { nullable } from './fields.js';
import { v1 } from './route.js';
import { CallTopics } from './v2.js';

const CallTopicMatches = Type.Object(
  {
    questionCounts: nullable(CallTopics.properties.questionCounts, 'null until the call is COMPLETE'),
    topicMatches: CallTopics.properties.topicMatches,
  },
  { title: 'CallTopicMatches' },
);
/** What the topics found in a call, in /api/v1. */
export type CallTopicMatches = Static<typeof CallTopicMatches>;

const CallCard = Type.Object({
  name: Type.String({ description: "the template's name" }),
  text: Type.String({ description: 'what it renders: plain text' }),
});

/** The rendered call cards of a call. */
const CallCards = Type.Object({ items: Type.Array(CallCard) }, { title: 'CallCards' });

/** Reading what was made of one call. */
export const callViewRoutes = {
  callTopicMatches: v1('GET', '/calls/:id/topics', 'read', 'rep', 'The topic matches of a call', {
    answer: CallTopicMatches,
  }),
  callCards: v1('GET', '/calls/:id/cards', 'read', 'rep', 'The active call-card templates, rendered for a call', {
    answer: CallCards,
  }),
} as const;
