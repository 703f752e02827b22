import { systemClock, type Clock } from '@stellar-insights/runtime/time';
import { describe, expect } from 'vitest';
import { factsLakeConfig, LakeSql, openObjectStore, type FactsLake } from '../src/index.ts';
import { S3Store } from '../src/stores/s3-store.ts';
import { S3Server, type S3Fault, type S3ServerOptions } from '../src/testing/index.ts';
import { createLake, filesOf, LEDGERS, read, signal, test as base, write } from './lakes.ts';

const PREFIX = 'a=b/pub.net-1_2/';

/* oxlint-disable-next-line no-empty-pattern -- Vitest insists on a destructured first parameter. */
const test = base.extend('s3', async ({}, { onCleanup }) => {
  const server = await S3Server.start({ pageSize: 2, credentials: { sessionToken: 'token/of+a session=' } });
  onCleanup(() => server[Symbol.asyncDispose]());
  return server;
});

/** A store that tries again at once. */
function storeOf(
  server: S3Server,
  wrong: S3ServerOptions['credentials'] & { bucket?: string } = {},
  clock: Clock = systemClock,
): S3Store {
  const { bucket, credentials, endpoint } = server;
  const { region, ...keys } = { ...credentials, ...wrong };
  const place = { bucket: wrong.bucket ?? bucket, prefix: PREFIX };
  const location = { name: 's3://a/name', endpoint, region, ...place, credentials: keys };
  return new S3Store(location, { retryMs: 1, clock });
}

describe('a lake in a bucket', () => {
  test('has the bytes of a lake in a folder, and gives them back', async ({ s3, folder }) => {
    await using store = openObjectStore(configOf(s3));
    const [inBucket, inFolder] = [await createLake(store), await createLake(folder)];
    for (const lake of [inBucket, inFolder]) {
      for (const ledger of [1000, 1010, 1020]) await write(lake, ledger);
    }
    const objects = [...s3.objects].map(
      ([key, bytes]) => [key.slice(PREFIX.length), bytes.toString('base64')] as const,
    );
    expect(new Map(objects.toSorted(([a], [b]) => (a < b ? -1 : 1)))).toStrictEqual(await filesOf(folder));
    expect(await read(inBucket, 1010)).toStrictEqual(LEDGERS.slice(10, 20));
    const chunks = await Array.fromAsync(inBucket.chunks({}, signal));
    expect(chunks.map(({ first }) => first)).toStrictEqual([1000, 1010, 1020]);
    for (const lake of [inBucket, inFolder]) expect(await paymentsOf(lake)).toStrictEqual(expectedPayments);
  });

  test('is written and read through every fault that passes, and each object is whole', async ({ s3 }) => {
    // The timeout of an attempt is over when the server stalls it.
    let timeOut: (() => void) | undefined;
    const after: Clock['after'] = (_ms, callback) => {
      timeOut = callback;
      return () => (timeOut = undefined);
    };
    await using store = storeOf(s3, {}, { ...systemClock, after });
    const faults: (S3Fault | null)[] = ['error', 'error_after', 'reset', 'truncate', 'stall', null];
    const attempts = new Map<string, number>();
    s3.fault = (request) => {
      const attempt = attempts.get(request) ?? 0;
      attempts.set(request, attempt + 1);
      const fault = faults[attempt % faults.length] ?? null;
      if (fault === 'stall') timeOut?.();
      return fault;
    };
    const lake = await createLake(store);
    await write(lake, 1000);
    expect(await read(lake, 1000)).toStrictEqual(LEDGERS.slice(0, 10));
    s3.fault = () => null;
    expect(await read(lake, 1000)).toStrictEqual(LEDGERS.slice(0, 10));
  });

  test('that no longer answers fails with an error that can pass, and an abort ends the wait', async ({
    s3,
  }) => {
    await using store = storeOf(s3);
    s3.fault = () => 'error';
    await expect(createLake(store)).rejects.toMatchObject({
      code: 'lake_unreachable',
      retryable: true,
      message: expect.stringContaining('HTTP 503 SlowDown for GET /facts/a=b/pub.net-1_2/lake.json, 6 times'),
    });
    s3.fault = () => 'stall';
    const abort = new AbortController();
    const reading = store.read('lake.json', abort.signal);
    abort.abort(new Error('asked to stop'));
    await expect(reading).rejects.toThrow('asked to stop');
  });

  test.for([
    ['secretAccessKey', 'not the secret', 'SignatureDoesNotMatch'],
    ['accessKeyId', 'AKIDOTHER', 'InvalidAccessKeyId'],
    ['sessionToken', 'not the token', 'InvalidToken'],
    ['region', 'eu-west-1', 'AuthorizationHeaderMalformed'],
  ] as const)(
    'is refused for the wrong %s at once, without naming it',
    async ([name, value, code], { s3 }) => {
      await using store = storeOf(s3, { [name]: value });
      const error = await createLake(store).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'lake_forbidden', retryable: false });
      const { message, cause } = error as Error;
      expect(message).toContain(`HTTP 403 ${code} from the bucket s3://a/name at ${s3.endpoint.host}`);
      for (const secret of [value, ...Object.values(s3.credentials)]) {
        if (secret !== s3.credentials.region) expect(message).not.toContain(secret);
      }
      expect(cause).toBeUndefined();
    },
  );

  test('is missing if its bucket is', async ({ s3 }) => {
    await using store = storeOf(s3, { bucket: 'another' });
    await expect(createLake(store)).rejects.toMatchObject({ code: 'lake_missing' });
    await expect(store.read('lake.json', signal)).rejects.toMatchObject({ code: 'lake_missing' });
  });
});

const expectedPayments = LEDGERS.slice(5, 25).map(({ header, payments }) => ({
  ledger: BigInt(header.sequence),
  closed_at: new Date(header.closedAt),
  payments: BigInt(payments.length),
}));

async function paymentsOf(lake: FactsLake): Promise<unknown[]> {
  await using sql = await LakeSql.open(
    lake,
    { from: 1005, to: 1024, tables: ['ledgers', 'payments'] },
    signal,
  );
  return await sql.rows(`
    select sequence ledger, l.closed_at, count(op_id) payments from ledgers l left join payments on ledger = sequence
    group by all order by sequence`);
}

function configOf(server: S3Server) {
  const config = factsLakeConfig(server.env(PREFIX));
  if (config === null) throw new Error('found no configuration, expected one');
  return config;
}
