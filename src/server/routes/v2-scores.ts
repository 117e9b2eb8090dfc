import { v2Routes } from '../../contract/routes.js';
import { selectScorecardQuestions } from '../../db/scorecards.js';
import { scoresAfter, scoresFeed } from '../../db/scores.js';
import { AppError } from '../../errors.js';
import { pathId, type Register } from '../context.js';
import { readFeedPage } from '../feed-page.js';

/** Scores and scorecards in API v2 (api-v2 §4). */
export function registerV2Scores(register: Register): void {
  register(v2Routes.scores, async (context) => {
    const { deps, caller } = context;
    const results = await readFeedPage(
      context,
      scoresFeed,
      (after, limit) => scoresAfter(deps.db, caller, after, limit),
      ({ resultId, stamp, scoreTime }) => ({ id: resultId, stamp, times: [scoreTime] }),
    );
    return results.flatMap(({ scores }) => scores);
  });
  register(v2Routes.scorecard, async ({ deps, caller, request }) => {
    const questions = await selectScorecardQuestions(deps.db, caller, pathId(request));
    if (questions.length === 0) throw new AppError('not_found', 'There is no such scorecard.');
    return questions;
  });
}
