import { createHash, randomBytes } from 'node:crypto';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { createToken, parseKey, revokeKey } from '@stellar-insights/db/keys';
import { eventually, type TestProgram } from '@stellar-insights/devstack/testing';
import { test as onServices } from '@stellar-insights/devstack/vitest';
import type { ShutdownReport } from '@stellar-insights/lifecycle';
import { expect } from 'vitest';
import { UPGRADE, upgradeRequest } from './realtime/raw-web-socket.ts';
import { authorization, issueKey } from './support/keys.ts';
import { rawExchange } from './support/raw-exchange.ts';
import { adminUrl, startApi } from './support/start-api.ts';

const REDIS_PASSWORD = 'a-password-of-redis';
const WEBHOOK_SECRET_KEY = randomBytes(32).toString('base64');

/** Keys and tokens of each kind, by what they are. */
async function issueSecrets(db: Database): Promise<Readonly<Record<string, string>>> {
  const [admin, revoked, expired] = [
    await issueKey(db, ['admin']),
    await issueKey(db, ['read']),
    await issueKey(db, ['read'], { validMs: 0 }),
  ];
  await revokeKey(db, revoked.key.id);
  return {
    admin: admin.text,
    revoked: revoked.text,
    expired: expired.text,
    unknown: `si_live_${'q'.repeat(8)}_${'q'.repeat(43)}`,
    misspelled: 'si_live_this-was-meant-to-be-a-key',
    token: (await createToken(db, parseKey(admin.text)?.prefix ?? '')).token,
    wrongToken: `si_token_${'t'.repeat(43)}`,
  };
}

/** The forms in which a secret could be found. */
function formsOf(secret: string): readonly string[] {
  const own = secret.replace(/^(si_live_[0-9a-z]{8}_|si_token_|whsec_)/, '');
  const hash = createHash('sha256').update(own).digest();
  const encoded = [Buffer.from(secret).toString('base64'), Buffer.from(own).toString('base64')];
  return [own, encodeURIComponent(own), hash.toString('hex'), hash.toString('base64'), ...encoded];
}

/** Sends a secret wherever somebody could put one. Resolves to everything that was answered. */
async function sendEverywhere(api: TestProgram, secret: string): Promise<string> {
  const port = Number(new URL(await api.url()).port);
  const end = 'Connection: close\r\n';
  const upgrade = { ...UPGRADE, Connection: 'Upgrade, close' };
  const paths = [
    '/api/v1/ledgers',
    '/api/v1/admin/keys',
    '/api/v1/corridors/native/native?window=never',
    '/none',
  ];
  const answers = [
    ...paths.map((path) => api.get(path, { headers: authorization(secret) })),
    api.get('/api/v1/payments', { headers: { Authorization: `Basic ${btoa(`user:${secret}`)}` } }),
    api.get('/api/v1/ledgers', { headers: { Cookie: `key=${secret}`, 'X-Api-Key': secret } }),
    api.get('/api/v1/ledgers', { method: 'POST', headers: authorization(secret), body: secret }),
    ...['/api/v1/admin/keys', '/api/v1/webhooks'].map((path) =>
      api.get(path, {
        method: 'POST',
        headers: { ...authorization(secret), 'Content-Type': 'application/json' },
        body: JSON.stringify({
          owner: secret,
          name: [secret],
          url: `https://a.b/${secret}`,
          filters: secret,
        }),
      }),
    ),
    api.get(`/api/v1/ledgers?api_key=${secret}`),
    api.get(`/api/v1/ledgers?${secret}=1`),
    api.get(`/api/v1/payments/${secret}`),
    api.get(`/api/v1/events/stream?access_token=${secret}`),
    api.get('/api/v1/events/stream', { method: 'HEAD', headers: authorization(secret) }),
    rawExchange(port, upgradeRequest(upgrade, `/ws?token=${secret}`)),
    rawExchange(
      port,
      upgradeRequest({ ...upgrade, 'Sec-WebSocket-Version': '8', Authorization: `Bearer ${secret}` }),
    ),
    rawExchange(port, `GET /${secret} HTTP/9.9\r\nAuthorization: Bearer ${secret}\r\n${end}\r\n`),
    rawExchange(
      port,
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\nAuthorization: Bearer ${secret}\r\n\r\n`,
    ),
  ];
  const texts = (await Promise.all(answers)).map(
    async (answer) => `${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}`,
  );
  return (await Promise.all(texts)).join('\n');
}

/** What only the answer to this request has. */
async function issued(api: TestProgram, admin: string, path: string, asked: object = {}): Promise<Issued> {
  const response = await api.get(path, {
    method: 'POST',
    headers: { ...authorization(admin), 'Content-Type': 'application/json' },
    body: JSON.stringify(asked),
  });
  const text = await response.text();
  expect(response.ok, text).toBe(true);
  return JSON.parse(text) as Issued;
}

interface Issued {
  readonly secret: string;
  readonly data: { readonly id: string; readonly token: string };
}

/** Secrets that the API itself makes. */
async function issueOverHttp(api: TestProgram, admin: string): Promise<Readonly<Record<string, string>>> {
  const asked = { owner: 'acme', name: 'test', scopes: ['read'] };
  const { secret: created, data } = await issued(api, admin, '/api/v1/admin/keys', asked);
  const { secret: rotated } = await issued(api, admin, `/api/v1/admin/keys/${data.id}/rotate`);
  const { token: usedToken } = (await issued(api, admin, '/api/v1/tokens')).data;
  const webhook = { url: 'https://receiver.example.com/', filters: { events: ['payment.created'] } };
  const {
    secret: ofWebhook,
    data: { id },
  } = await issued(api, admin, '/api/v1/webhooks', webhook);
  const { secret: rotatedOfWebhook } = await issued(api, admin, `/api/v1/webhooks/${id}/secret/rotate`);
  return { created, rotated, usedToken, ofWebhook, rotatedOfWebhook };
}

const test = onServices.extend('secrets', { scope: 'file' }, async ({ fileDatabase, fileRedis }) => {
  await migrate(fileDatabase.url);
  await fileRedis.command('ACL', 'SETUSER', 'api', 'on', `>${REDIS_PASSWORD}`, '~*', '&*', '+@all');
  await using db = connectDatabase(fileDatabase.url, { applicationName: 'test' });
  return await issueSecrets(db);
});

test('no secret is in what the API prints, measures, answers, stores in Redis or reports, in good times and bad', async ({
  database,
  postgres,
  redis,
  secrets,
}) => {
  const redisUrl = new URL(redis.url);
  Object.assign(redisUrl, { username: 'api', password: REDIS_PASSWORD });
  const api = await startApi({
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl.href,
    LOG_LEVEL: 'trace',
    API_AUTH: 'keyed',
    WEBHOOK_SECRET_KEY,
    API_RATE_LIMIT_PER_ADDRESS: '700',
    SHUTDOWN_READINESS_DELAY: '0',
  });
  await api.ready();
  const headers = authorization(secrets['admin'] ?? '');
  const { headers: counted } = await api.get('/api/v1/events', { headers });
  const etag = counted.get('etag') ?? '';
  const unchanged = await api.get('/api/v1/events', { headers: { ...headers, 'If-None-Match': etag } });
  expect([unchanged.status, unchanged.headers.get('ratelimit-policy')]).toEqual([304, '"key";q=6000;w=60']);
  expect(unchanged.headers.get('ratelimit')).toMatch(/^"key";r=5998;t=\d+$/);
  const all = { ...secrets, ...(await issueOverHttp(api, secrets['admin'] ?? '')) };
  const seen: string[] = [];
  const driveAll = async (): Promise<void> => {
    seen.push(...(await Promise.all(Object.values(all).map((secret) => sendEverywhere(api, secret)))));
    seen.push(await (await fetch(`${await adminUrl(api)}/metrics`)).text());
    seen.push(await (await fetch(`${await adminUrl(api)}/health/ready`)).text());
  };
  await driveAll();
  // Some are counted so often that Redis learns of them.
  for (let request = 0; request < 80; request += 1) {
    const answer = await api.get('/api/v1/ledgers', { headers: authorization(secrets['revoked'] ?? '') });
    seen.push(await answer.text());
  }
  expect(seen.join('\n')).toContain('rate_limited');
  seen.push(JSON.stringify(await redis.command('KEYS', '*')));
  await postgres.stop('immediate');
  await redis.stop();
  await driveAll();
  await eventually(() => api.output.includes('ECONNREFUSED'));
  await postgres.start();
  await redis.start();
  await api.ready();
  await api.signal('SIGTERM');
  await api.ended();
  const report = api.report<ShutdownReport>();
  expect(report?.outcome).toBe('clean');
  const limits = report?.phases
    .flatMap(({ resources }) => resources)
    .find(({ name }) => name === 'rate limits');
  expect(limits?.counts?.['authentication']).toBeGreaterThan(0);

  const passwords = {
    ofPostgres: new URL(database.url).password,
    ofRedis: REDIS_PASSWORD,
    WEBHOOK_SECRET_KEY,
  };
  const forbidden = Object.entries({ ...all, ...passwords }).flatMap(([name, secret]) =>
    formsOf(secret).map((form) => ({ name, form })),
  );
  const texts = [...seen, api.output].join('\n');
  expect(texts.length).toBeGreaterThan(50_000);
  expect(forbidden.filter(({ form }) => texts.includes(form))).toEqual([]);
});
