import { afterAll } from 'vitest';
import {
  makeAccount,
  type ServiceOptions,
  startService,
  type TestAccount,
  type TestClient,
  type TestService,
} from './service.js';

interface Suite {
  readonly service: TestService;
  readonly account: TestAccount;
  /** Of a credential that may do everything. */
  readonly client: TestClient;
}

/** A suite's own service with an account and a client. To be awaited at the top of the suite's file, which it ends with. */
export async function openSuite(options: ServiceOptions = {}, timeZone?: string): Promise<Suite> {
  const service = await startService(options);
  afterAll(() => service.close());
  const account = await makeAccount(service, timeZone);
  return { service, account, client: await account.client() };
}
