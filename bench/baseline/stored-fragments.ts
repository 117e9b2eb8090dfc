import pg from 'pg';

/** A fragment as it is stored: deflated, with the bytes of its JSON. */
interface StoredFragment {
  readonly deflated: Buffer;
  readonly raw_length: number;
}

/** Reads all fragments into memory, for baselines that measure what comes after the database. */
export async function readFragments(): Promise<readonly StoredFragment[]> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  const { rows } = await client.query<StoredFragment>(
    'select deflated, raw_length from fragments order by fragment_id',
  );
  await client.end();
  return rows;
}
