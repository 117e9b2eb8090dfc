import type { CallParticipant } from '../../contract/v1-answers.js';
import type { Scope, Tx } from '../../db/database.js';
import { usersNamed } from '../../db/named-users.js';
import { invalid } from '../../errors.js';

/** The participants, with the users whom their ids name now. Throws `invalid` if an id is not that of a user. */
export async function resolveParticipants(
  tx: Tx,
  scope: Scope,
  participants: readonly CallParticipant[],
): Promise<readonly CallParticipant[]> {
  const ids = participants.flatMap(({ userId }) => userId ?? []);
  if (ids.length === 0) return participants;
  const users = await usersNamed(tx, scope, ids);
  return participants.map((participant) => {
    const { speakerNumber, userId } = participant;
    if (userId === null) return participant;
    const user = users.get(userId);
    if (user) return { ...participant, userId: user.id };
    const problem = `give speaker ${speakerNumber} a userId that names no user of this account`;
    throw invalid('participants', problem, "users' ids");
  });
}
