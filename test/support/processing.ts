import { type TestClient, until } from './service.js';

interface Step {
  readonly step: string;
  readonly state: string;
}

/** The steps of a call's recording, once none of the four has more to do. */
export async function untilProcessed(client: TestClient, callId: string, seconds: number): Promise<readonly Step[]> {
  const read = async (): Promise<Step[]> => (await client.get(`/api/v1/calls/${callId}/processing`)).json().steps;
  let steps: readonly Step[] = [];
  await until(
    async () => {
      steps = await read();
      return steps.length === 4 && steps.every(({ state }) => ['done', 'failed', 'skipped'].includes(state));
    },
    { seconds, left: read },
  );
  return steps;
}
