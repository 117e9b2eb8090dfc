import { afterAll } from 'vitest';
import { startDatabase, type TemporaryDatabase } from './database.js';
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

/** A suite's own service on a database of its own. To be awaited at the top of the suite's file, which it ends with. */
export async function openAlone(): Promise<{ readonly database: TemporaryDatabase; readonly service: TestService }> {
  const database = await startDatabase();
  // Before that of the service: what is registered last ends first.
  afterAll(() => database.stop());
  const service = await startService({ databaseUrl: database.databaseUrl });
  afterAll(() => service.close());
  return { database, service };
}

/** A suite's own service with an account and a client. To be awaited at the top of the suite's file, which it ends with. */
export async function openSuite(options: ServiceOptions = {}, timeZone?: string): Promise<Suite> {
  const service = await startService(options);
  afterAll(() => service.close());
  const account = await makeAccount(service, timeZone);
  return { service, account, client: await account.client() };
}
