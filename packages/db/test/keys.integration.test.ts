import { describe, expect } from 'vitest';
import {
  createKey,
  createToken,
  findSecrets,
  isSecretOf,
  isToken,
  KeyNotFoundError,
  KeyNotRotatableError,
  listKeys,
  parseKey,
  readKey,
  recordUses,
  revokeKey,
  rotateKey,
  useTokens,
  type IssuedKey,
  type StoredSecret,
} from '../src/keys/index.ts';
import type { Database } from '../src/database.ts';
import { PlanRecorder } from '../src/testing/plan-recorder.ts';
import { test } from './migrated-database.ts';

async function useToken(db: Database, token: string): Promise<StoredSecret | undefined> {
  return (await useTokens(db, [token, 'si_token_x'])).get(token);
}

const ASKED = { owner: 'acme', name: 'ci', scopes: ['read', 'webhooks'], validMs: null } as const;
const DAY_MS = 86_400_000;

function prefixOf({ text }: IssuedKey): string {
  return parseKey(text)?.prefix ?? '';
}

describe('a key', () => {
  test('is stored without its secret, and recognized by its prefix', async ({ db }) => {
    const issued = await createKey(db, ASKED);
    const { prefix = '', secret = '' } = parseKey(issued.text) ?? {};
    expect(issued.text).toBe(`si_live_${prefix}_${secret}`);
    expect(issued.key).toMatchObject({
      id: expect.stringMatching(/^key_[0-9a-z]{26}$/) as string,
      owner: 'acme',
      name: 'ci',
      scopes: ['read', 'webhooks'],
      state: 'valid',
      expiresAt: null,
      lastUsedAt: null,
      secrets: [{ prefix, expiresAt: null }],
    });
    const [stored] = await db.run(
      ({ sql }) => sql<{ rows: string }[]>`
        select (select json_agg(api_keys) from api_keys)::text || (select json_agg(s) from api_key_secrets s)::text as rows`,
    );
    expect(stored?.rows).toContain(prefix);
    expect(stored?.rows).not.toContain(secret);
    const found = (await findSecrets(db, [prefix, 'unknown0'])).get(prefix);
    expect(found).toMatchObject({ keyId: issued.key.id, owner: 'acme', isRevoked: false, remainingMs: null });
    expect(found && isSecretOf(secret, found.hash)).toBe(true);
    expect(found && isSecretOf(`${secret.slice(1)}x`, found.hash)).toBe(false);
  });

  test('has no other text than the one that was given out', () => {
    const secret = 'a'.repeat(43);
    const near = ['', `${secret}a`, secret.slice(1), `${secret.slice(1)}_`, `${secret.slice(1)}\n`];
    expect(parseKey(`si_live_abcd0123_${secret}`)).toStrictEqual({ prefix: 'abcd0123', secret });
    for (const other of near) expect(parseKey(`si_live_abcd0123_${other}`)).toBeNull();
    for (const prefix of ['ABCD0123', 'abcd012', 'abcd01234']) {
      expect(parseKey(`si_live_${prefix}_${secret}`)).toBeNull();
    }
    expect(parseKey(` si_live_abcd0123_${secret}`)).toBeNull();
    expect(isToken(`si_live_abcd0123_${secret}`)).toBe(false);
  });

  test('ends when it is revoked, once, and when its time is up', async ({ db }) => {
    const { key, text } = await createKey(db, ASKED);
    const revoked = await revokeKey(db, key.id);
    expect(revoked).toMatchObject({ state: 'revoked', revokedAt: expect.any(Date) as Date });
    expect(await revokeKey(db, key.id)).toStrictEqual(revoked);
    const { prefix = '' } = parseKey(text) ?? {};
    expect((await findSecrets(db, [prefix])).get(prefix)).toMatchObject({ isRevoked: true });
    await expect(rotateKey(db, key.id, 0)).rejects.toThrow(KeyNotRotatableError);

    const expired = await createKey(db, { ...ASKED, validMs: 0 });
    expect(await readKey(db, expired.key.id)).toMatchObject({ state: 'expired' });
    const found = (await findSecrets(db, [prefixOf(expired)])).get(prefixOf(expired));
    // The database may set its clock back a little between two readings, here and below.
    expect(found?.remainingMs).toBeLessThan(1000);
    await expect(rotateKey(db, expired.key.id, 0)).rejects.toThrow('is expired');
    for (const act of [readKey, revokeKey]) await expect(act(db, 'key_0')).rejects.toThrow(KeyNotFoundError);
    await expect(rotateKey(db, 'key_0', 0)).rejects.toThrow(KeyNotFoundError);
  });

  test('that rotates has two secrets until the overlap ends, but not beyond its own end', async ({ db }) => {
    const first = await createKey(db, { ...ASKED, validMs: DAY_MS });
    const second = await rotateKey(db, first.key.id, 10 * DAY_MS);
    expect(second.key).toMatchObject({ id: first.key.id, expiresAt: first.key.expiresAt });
    expect(second.key.secrets.map(({ prefix }) => prefix)).toStrictEqual([prefixOf(second), prefixOf(first)]);
    const both = await findSecrets(db, [first, second].map(prefixOf));
    for (const { remainingMs } of both.values()) expect(remainingMs).toBeLessThan(DAY_MS + 1000);

    // A later rotation does not lengthen an overlap that runs, and one without an overlap ends all others.
    const third = await rotateKey(db, first.key.id, 0);
    expect(third.key.secrets).toStrictEqual([{ prefix: prefixOf(third), expiresAt: null }]);
    const fourth = await rotateKey(db, first.key.id, DAY_MS);
    expect(fourth.key.secrets).toHaveLength(2);
  });

  test('has ten valid secrets at most, however many rotate it at a time', async ({ db }) => {
    const { key } = await createKey(db, ASKED);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 14 }, () => rotateKey(db, key.id, DAY_MS)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(9);
    const { secrets } = await readKey(db, key.id);
    expect(secrets).toHaveLength(10);
    expect(secrets.filter(({ expiresAt }) => expiresAt === null)).toHaveLength(1);
    expect((await rotateKey(db, key.id, 0)).key.secrets).toHaveLength(1);
  });
});

test('keys are listed newest first, page by page, of all owners or of one', async ({ db }) => {
  const ids: string[] = [];
  for (const owner of ['a', 'b', 'a']) ids.unshift((await createKey(db, { ...ASKED, owner })).key.id);
  const listed = await listKeys(db, { limit: 2 });
  expect(listed).toHaveLength(2);
  const rest = await listKeys(db, { limit: 2, before: listed[1]?.id });
  expect([...listed, ...rest].map(({ id }) => id).toSorted()).toStrictEqual(ids.toSorted());
  expect((await listKeys(db, { limit: 9, owner: 'a' })).map(({ owner }) => owner)).toStrictEqual(['a', 'a']);
});

test('the last use is a minute that never goes back and is written once', async ({ db }) => {
  const { key } = await createKey(db, ASKED);
  const use = (ageMs: number) =>
    recordUses(db, [
      { keyId: key.id, ageMs },
      { keyId: 'key_0', ageMs },
    ]);
  expect(await use(10 * 60_000)).toBe(1);
  const before = (await readKey(db, key.id)).lastUsedAt;
  const written = await Promise.all([use(2000), use(2000), use(2000), use(60_000)]);
  // Those of one minute write once; a minute may begin between them.
  expect(written.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(3);
  const after = (await readKey(db, key.id)).lastUsedAt;
  expect(after?.getTime()).toBeGreaterThan(before?.getTime() ?? Number.NaN);
  expect((after?.getTime() ?? 1) % 60_000).toBe(0);
  expect(await use(5 * 60_000)).toBe(0);
  expect((await readKey(db, key.id)).lastUsedAt).toStrictEqual(after);
});

describe('a token', () => {
  test('opens one stream: of many that use it at a time, one gets its key', async ({ db }) => {
    const issued = await createKey(db, ASKED);
    const { token } = await createToken(db, prefixOf(issued));
    expect(isToken(token)).toBe(true);
    const stored = await db.run(
      ({ sql }) => sql<{ row: string }[]>`select t::text as row from access_tokens t`,
    );
    expect(stored).toHaveLength(1);
    expect(stored[0]?.row).not.toContain(token.slice(9));
    const uses = await Promise.all(Array.from({ length: 8 }, () => useToken(db, token)));
    expect(uses.filter((use) => use !== undefined)).toMatchObject([{ keyId: issued.key.id }]);
    expect(await useToken(db, 'si_token_x')).toBeUndefined();
  });

  test('that has expired opens nothing, and is removed by those that are made later', async ({ db }) => {
    const prefix = prefixOf(await createKey(db, ASKED));
    const tokens = await Promise.all(Array.from({ length: 25 }, () => createToken(db, prefix)));
    await db.run(({ sql }) => sql`update access_tokens set expires_at = clock_timestamp() - interval '1 s'`);
    expect(await useToken(db, tokens[0]?.token ?? '')).toBeUndefined();
    const left = async () =>
      (await db.run(({ sql }) => sql<{ n: number }[]>`select count(*)::int as n from access_tokens`))[0]?.n;
    const counts: unknown[] = [];
    for (let made = 0; made < 3; made += 1) {
      await createToken(db, prefix);
      counts.push(await left());
    }
    expect(counts).toStrictEqual([15, 6, 3]);
  });
});

test('among 20,000 keys each operation finds its rows by an index', async ({ url, db }) => {
  await db.run(
    ({ sql }) => sql`
      insert into api_keys (id, owner, name, scopes)
      select 'key_' || lpad(n::text, 26, '0'), 'owner-' || n % 1000, 'many', '{read}' from generate_series(1, 20000) n`,
  );
  await db.run(
    ({ sql }) => sql`
      insert into api_key_secrets (prefix, key_id, hash)
      select lpad(n::text, 8, '0'), 'key_' || lpad(n::text, 26, '0'), sha256(n::text::bytea) from generate_series(1, 20000) n`,
  );
  await db.run(
    ({ sql }) => sql`
      insert into access_tokens (hash, prefix, expires_at)
      select sha256(n::text::bytea), lpad(n::text, 8, '0'), now() + make_interval(secs => n - 10000)
      from generate_series(1, 20000) n`,
  );
  await db.run(({ sql }) => sql`analyze api_keys, api_key_secrets, access_tokens`);
  const id = `key_${'7'.padStart(26, '0')}`;
  await using recorder = new PlanRecorder(url);
  const operations: Readonly<Record<string, (recorded: Database) => Promise<unknown>>> = {
    find: (recorded) => findSecrets(recorded, ['00000005', '00000006', 'unknown0']),
    list: (recorded) => listKeys(recorded, { limit: 50, before: `key_${'9999'.padStart(26, '0')}` }),
    read: (recorded) => readKey(recorded, id),
    rotate: (recorded) => rotateKey(recorded, id, DAY_MS),
    revoke: (recorded) => revokeKey(recorded, id),
    create: (recorded) => createKey(recorded, ASKED),
    record: (recorded) => recordUses(recorded, [{ keyId: id, ageMs: 0 }]),
    token: (recorded) => createToken(recorded, '00000005'),
    use: (recorded) => useTokens(recorded, ['si_token_x', 'si_token_y']),
  };
  for (const [name, operation] of Object.entries(operations)) {
    for (const plan of await recorder.plansOf(operation)) {
      expect.soft(plan.tablesReadWhole, `${name}: ${plan.query}`).toStrictEqual([]);
      expect.soft(plan.buffers, `${name}: ${plan.query}`).toBeLessThanOrEqual(300);
    }
  }
});
