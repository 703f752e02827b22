import { connectDatabase, type Database } from '@stellar-insights/db';
import {
  createToken,
  parseKey,
  readKey,
  revokeKey,
  rotateKey,
  type IssuedKey,
} from '@stellar-insights/db/keys';
import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { systemClock } from '@stellar-insights/runtime/time';
import { Registry } from 'prom-client';
import { describe, expect, onTestFinished } from 'vitest';
import { Access } from '../src/access/access.ts';
import { KeyCache, type KnownSecret } from '../src/access/key-cache.ts';
import { KeyUses } from '../src/access/key-uses.ts';
import { StreamGrants } from '../src/access/stream-grants.ts';
import { authorization, issueKey } from './support/keys.ts';
import { test } from './support/stage.ts';

function prefixOf({ text }: IssuedKey): string {
  return parseKey(text)?.prefix ?? '';
}

function unknownPrefix(number: number): string {
  return number.toString(36).padStart(8, '0');
}

describe('a replica', () => {
  test('refuses a revoked key within a second, however often it is used', async ({ log, db }) => {
    const clock = fakeClock();
    const access = new Access({ mode: 'keyed', services: { db }, registry: new Registry(), clock, log });
    const key = await issueKey(db, ['read']);
    const { Authorization } = authorization(key.text);
    const outcome = () =>
      access.authenticate(Authorization).then(
        () => 'let through',
        () => 'refused',
      );
    expect(await outcome()).toBe('let through');
    await revokeKey(db, key.key.id);
    // The uses in between do not make what was read any younger.
    for (let ms = 0; ms < 999; ms += 111) {
      expect(await outcome()).toBe('let through');
      await clock.advance(111);
    }
    await clock.advance(1);
    expect(await outcome()).toBe('refused');
  });

  test('counts the second from the beginning of a read, so that a slow one does not lengthen it', async ({
    db,
  }) => {
    const clock = fakeClock();
    const key = await issueKey(db, ['read']);
    const slow = Promise.withResolvers<void>();
    const direct = {
      run: async (...args: Parameters<typeof db.run>) => {
        const rows = await db.run(...args);
        await slow.promise;
        return rows;
      },
    };
    const cache = new KeyCache({ db: { direct } as never }, clock);
    const first = cache.find(prefixOf(key));
    await clock.advance(900);
    slow.resolve();
    expect(await first).toMatchObject({ isRevoked: false });
    await revokeKey(db, key.key.id);
    await clock.advance(100);
    expect(await cache.find(prefixOf(key))).toMatchObject({ isRevoked: true });
  });

  test('lets a key through until its time is up, also within the second', async ({ log, db }) => {
    const clock = fakeClock();
    const access = new Access({ mode: 'keyed', services: { db }, registry: new Registry(), clock, log });
    const key = await issueKey(db, ['read'], { validMs: 3_600_000 });
    const successor = await rotateKey(db, key.key.id, 300);
    const { Authorization } = authorization(key.text);
    expect(await access.authenticate(Authorization)).toMatchObject({ keyId: key.key.id });
    await clock.advance(301);
    await expect(access.authenticate(Authorization)).rejects.toMatchObject({ status: 401 });
    const newer = access.authenticate(authorization(successor.text).Authorization);
    expect(await newer).toMatchObject({ keyId: key.key.id });
  });
});

describe('whoever tries out keys', () => {
  test('causes 20 reads a second at most, and keeps nobody with a key waiting for longer', async ({ db }) => {
    let now = 0;
    // Only the pauses take time.
    const sleep = async (ms: number): Promise<void> => void (now += ms);
    const cache = new KeyCache({ db }, { now: () => now, sleep });
    const key = await issueKey(db, ['read']);
    let tried = 0;
    for (let round = 0; round < 40; round += 1) {
      const wave = Array.from({ length: 100 }, () => cache.find(unknownPrefix((tried += 1))));
      const owner = cache.find(prefixOf(key));
      expect(await Promise.all(wave)).toStrictEqual(wave.map(() => undefined));
      expect(await owner).toMatchObject({ keyId: key.key.id });
      expect(cache.reads).toBeLessThanOrEqual(2 + now / 50);
    }
    // All of them again: those of the last second are still known.
    const reads = cache.reads;
    await cache.find(unknownPrefix(tried));
    expect(cache.reads).toBe(reads);
  });

  test('is refused for a moment if more than a thousand wait', async ({ db }) => {
    const cache = new KeyCache({ db }, systemClock);
    const asked = Array.from({ length: 1500 }, (_, number) => cache.find(unknownPrefix(number)));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1000);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toMatchObject({ status: 503, code: 'key_lookups_busy' });
  });
});

test('thousands of keys in use cost one read a second; those that were used last stay known', async ({
  db,
}) => {
  const cache = new KeyCache({ db }, fakeClock());
  const keys = await Promise.all(Array.from({ length: 100 }, () => issueKey(db, ['read'])));
  for (let round = 0; round < 5; round += 1) {
    const found = await Promise.all(keys.map((key) => cache.find(prefixOf(key))));
    expect(found.every((secret) => secret !== undefined)).toBe(true);
  }
  expect(cache.reads).toBe(1);
  const grants = new StreamGrants(cache, () => 0);
  const ended: number[] = [];
  for (const [number, key] of keys.entries()) {
    const secret = (await cache.find(prefixOf(key))) as KnownSecret;
    grants.grant(secret).hold(() => ended.push(number));
  }
  await revokeKey(db, keys[7]?.key.id ?? '');
  await grants.check();
  await grants.check();
  expect(cache.reads).toBe(3);
  expect(ended).toStrictEqual([7]);
});

test('the secrets of 10,000 prefixes are kept: those that were read last', async ({ db }) => {
  const cache = new KeyCache({ db }, fakeClock());
  await cache.read(Array.from({ length: 10_001 }, (_, number) => unknownPrefix(number)));
  await cache.find(unknownPrefix(1));
  expect(cache.reads).toBe(1);
  await cache.find(unknownPrefix(0));
  expect(cache.reads).toBe(2);
});

test('a stream ends with its key, also while there is no Postgres', async ({ db }) => {
  const services: { db?: Database } = { db };
  const clock = fakeClock();
  const cache = new KeyCache(services, clock);
  const grants = new StreamGrants(cache, () => clock.now());
  const key = await issueKey(db, ['read'], { validMs: 3_600_000 });
  let isOpen = true;
  grants.grant((await cache.find(prefixOf(key))) as KnownSecret).hold(() => void (isOpen = false));
  delete services.db;
  await expect(grants.check()).rejects.toMatchObject({ code: 'database_unavailable' });
  expect(isOpen).toBe(true);
  await clock.advance(3_600_000);
  await expect(grants.check()).rejects.toMatchObject({ code: 'database_unavailable' });
  expect(isOpen).toBe(false);
});

test('without Postgres a key is neither refused nor let through: 503', async ({ log, url, db }) => {
  const nowhere = new URL(url);
  nowhere.port = '1';
  const away = connectDatabase(nowhere.href, { applicationName: 'away' });
  onTestFinished(() => away[Symbol.asyncDispose]());
  const services = { db };
  const clock = fakeClock();
  const access = new Access({ mode: 'keyed', services, registry: new Registry(), clock, log });
  const key = await issueKey(db, ['read']);
  const { Authorization } = authorization(key.text);
  expect(await access.authenticate(Authorization)).toMatchObject({ owner: 'acme' });
  services.db = away;
  expect(await access.authenticate(Authorization)).toMatchObject({ owner: 'acme' });
  await clock.advance(1000);
  for (const text of [key.text, `si_live_zzzzzzzz_${'z'.repeat(43)}`]) {
    const asked = access.authenticate(authorization(text).Authorization);
    // After a read that failed comes a pause.
    void asked.catch(() => clock.advance(50));
    await expect(asked).rejects.toMatchObject({ code: 'database_unavailable' });
  }
  const token = { headers: { authorization: `Bearer si_token_${'z'.repeat(43)}` } };
  await expect(access.authorizeStream(token)).rejects.toMatchObject({ code: 'database_unavailable' });
});

test('a token that is sent many times in one moment lets one in; unknown ones cause few reads', async ({
  log,
  db,
}) => {
  let now = 0;
  const sleep = async (ms: number): Promise<void> => void (now += ms);
  const clock = { ...fakeClock(), now: () => now, sleep };
  const access = new Access({ mode: 'keyed', services: { db }, registry: new Registry(), clock, log });
  const { token } = await createToken(db, prefixOf(await issueKey(db, ['read'])));
  const open = async (text: string) =>
    await access.authorizeStream({ headers: { authorization: `Bearer ${text}` } });
  const many = await Promise.allSettled(Array.from({ length: 10 }, () => open(token)));
  expect(many.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(open(token)).rejects.toMatchObject({ status: 401 });
  now = 0;
  const unknown = Array.from({ length: 500 }, (_, number) =>
    open(`si_token_${String(number).padStart(43, '0')}`),
  );
  expect((await Promise.allSettled(unknown)).every(({ status }) => status === 'rejected')).toBe(true);
  // One pause for each read: those of one moment are one read.
  expect(now).toBeLessThanOrEqual(100);
});

test('what was used is recorded when the process ends, at the latest', async ({ log, db }) => {
  const parts = {
    mode: 'keyed',
    services: { db },
    registry: new Registry(),
    clock: systemClock,
    log,
  } as const;
  const access = new Access(parts);
  access.start();
  const { key, text } = await issueKey(db, ['read']);
  await access.authenticate(authorization(text).Authorization);
  await access.close();
  expect((await readKey(db, key.id)).lastUsedAt).toBeInstanceOf(Date);
});

test('uses that could not be written are written later, and each counts once', async ({ url, db }) => {
  const nowhere = new URL(url);
  nowhere.port = '1';
  const away = connectDatabase(nowhere.href, { applicationName: 'away' });
  onTestFinished(() => away[Symbol.asyncDispose]());
  const clock = fakeClock();
  const uses = new KeyUses(clock);
  const { key } = await issueKey(db, ['read']);
  uses.used(key.id);
  await expect(uses.write(away)).rejects.toMatchObject({ code: 'database_unavailable' });
  const lastUse = async () => (await readKey(db, key.id)).lastUsedAt;
  expect(await lastUse()).toBeNull();
  await uses.write(db);
  expect(await lastUse()).toBeInstanceOf(Date);
});
