import { PassThrough } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { migrate } from '@stellar-insights/db';
import { test as onServices } from '@stellar-insights/devstack/vitest';
import type { renderApiKey } from '@stellar-insights/wire';
import { expect } from 'vitest';
import { keysCommand } from '../src/commands/keys.ts';
import { insights } from './support/insights.ts';

const test = onServices.extend('env', { scope: 'file' }, async ({ fileDatabase }) => {
  await migrate(fileDatabase.url);
  return { DATABASE_URL: fileDatabase.url };
});

type ApiKey = ReturnType<typeof renderApiKey>;

interface Issued {
  readonly key: ApiKey;
  readonly secret: string;
}

/** What a command prints; the same as in a process of its own. */
async function keys(env: Readonly<Record<string, string>>, ...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const streams = { stdout: stdout as never, stderr: stderr as never };
  await keysCommand(args, { env, signal: new AbortController().signal, ...streams });
  stdout.end();
  stderr.end();
  return { out: await textOf(stdout), err: await textOf(stderr) };
}

const CREATE = ['create', '--owner', 'acme', '--name', 'ci', '--scope', 'webhooks', '--scope', 'read'];

test('the first key comes from the command line: alone on stdout, and only this once', async ({ env }) => {
  const made = await insights(['keys', ...CREATE, '--expires', '90d'], env);
  expect(made).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^si_live_\w{8}_\w{43}\n$/) as string,
  });
  expect(made.stderr).toMatch(
    /^key_\w{26} of acme, "ci" \(read, webhooks\), expires at .*\nThis is the only/,
  );
  const secret = made.stdout.trim().slice(17);
  expect(made.stderr).not.toContain(secret);
  for (const args of [['list'], ['list', '--json'], ['list', '--owner', 'acme']]) {
    const { out } = await keys(env, ...args);
    expect(out).toContain(made.stdout.slice(8, 16));
    expect(out).not.toContain(secret);
  }
  expect((await keys(env, 'list', '--owner', 'nobody')).out).toBe('there are no keys\n');
});

test('keys are created, rotated and revoked, and printed as JSON', async ({ env }) => {
  const { out } = await keys(env, ...CREATE, '--limit', '300', '--json');
  const { key, secret } = JSON.parse(out) as Issued;
  expect(key).toMatchObject({
    owner: 'acme',
    scopes: ['read', 'webhooks'],
    requests_per_minute: 300,
    state: 'valid',
    expires_at: null,
  });
  const rotated = JSON.parse((await keys(env, 'rotate', key.id, '--overlap', '2h', '--json')).out) as Issued;
  expect(rotated.secret).not.toBe(secret);
  expect(rotated.key.secrets).toStrictEqual([
    { prefix: rotated.secret.slice(8, 16), expires_at: null },
    { prefix: secret.slice(8, 16), expires_at: expect.any(String) as string },
  ]);
  expect((await keys(env, 'revoke', key.id)).out).toMatch(`revoked ${key.id} of acme`);
  const { keys: listed } = JSON.parse((await keys(env, 'list', '--json')).out) as { keys: ApiKey[] };
  expect(listed.find(({ id }) => id === key.id)).toMatchObject({ state: 'revoked' });
  await expect(keys(env, 'revoke', 'key_0')).rejects.toMatchObject({ code: 'key_not_found' });
  await expect(keys(env, 'rotate', key.id)).rejects.toMatchObject({ code: 'key_not_rotatable' });
});

test.each([
  [['crate'], 'found the command "crate"'],
  [[...CREATE, '--limit', 'many'], 'found --limit "many"'],
  [[...CREATE, '--limit', '10000001'], 'expected --limit with a whole number'],
  [[], 'found no command'],
  [['revoke'], 'found 0 arguments, expected one: ID'],
  [['revoke', 'a', 'b'], 'found 2 arguments'],
  [['create', '--owner', 'Acme', '--name', 'x', '--scope', 'read'], 'found --owner "Acme"'],
  [['create', '--owner', 'acme', '--scope', 'read'], 'found no --name'],
  [['create', '--owner', 'acme', '--name', 'x'], 'found no --scope'],
  [[...CREATE, '--scope', 'write'], 'found --scope "write", expected read, webhooks, admin'],
  [[...CREATE, '--expires', '1y'], 'found --expires 1y'],
  [['rotate', 'key_0', '--overlap', '9999999d'], 'found --overlap 9999999d'],
])('%j is a wrong usage and does nothing', async (args, message) => {
  await expect(keys({}, ...args)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining(message) as string,
  });
});
