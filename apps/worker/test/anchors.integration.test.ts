import { PassThrough } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { migrate } from '@stellar-insights/db';
import { test as onServices } from '@stellar-insights/devstack/vitest';
import type { renderAnchor } from '@stellar-insights/wire';
import { expect } from 'vitest';
import { anchorsCommand } from '../src/commands/anchors.ts';
import { insights } from './support/insights.ts';

const test = onServices.extend('env', { scope: 'file' }, async ({ fileDatabase }) => {
  await migrate(fileDatabase.url);
  return { DATABASE_URL: fileDatabase.url };
});

type Anchor = ReturnType<typeof renderAnchor>;

/** What a command prints; the same as in a process of its own. */
async function anchors(env: Readonly<Record<string, string>>, ...args: string[]): Promise<string> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const streams = { stdout: stdout as never, stderr: stderr as never };
  await anchorsCommand(args, { env, signal: new AbortController().signal, ...streams });
  stdout.end();
  return await textOf(stdout);
}

test('anchors are registered, listed and removed from the command line', async ({ env }) => {
  const added = await insights(['anchors', 'add', 'Example.com'], env);
  expect(added).toMatchObject({ code: 0, stderr: '' });
  expect(added.stdout).toBe('registered example.com at example.com (registered), unverified\n');
  expect(await anchors(env, 'add', 'example.com')).toMatch(/^found example\.com /);
  const { anchor } = JSON.parse(await anchors(env, 'add', 'b.example', '--json')) as { anchor: Anchor };
  expect(anchor).toMatchObject({
    id: 'b.example',
    origin: 'registered',
    status: 'unverified',
    reason: 'not_read',
  });
  const list = async () =>
    (JSON.parse(await anchors(env, 'list', '--json')) as { anchors: Anchor[] }).anchors;
  expect(await list()).toMatchObject([anchor, { id: 'example.com' }]);
  expect(await anchors(env, 'list')).toMatch(
    /^id +domain .*\nb\.example +b\.example +registered +unverified +not_read /,
  );
  expect(await anchors(env, 'remove', 'example.com')).toMatch(/^removed example\.com /);
  expect(await list()).toStrictEqual([anchor]);
  await expect(anchors(env, 'remove', 'example.com')).rejects.toMatchObject({ code: 'anchor_not_found' });
  await expect(anchors(env, 'add', 'localhost')).rejects.toMatchObject({ code: 'anchor_domain_invalid' });
  await anchors(env, 'remove', 'b.example');
  expect(await anchors(env, 'list')).toBe('there are no anchors\n');
});

test.each([
  [['crate'], 'found the command "crate", expected add, list, remove'],
  [[], 'found no command'],
  [['add'], 'found 0 arguments, expected one: DOMAIN'],
  [['remove', 'a', 'b'], 'found 2 arguments'],
])('%j is a wrong usage and does nothing', async (args, message) => {
  await expect(anchors({}, ...args)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining(message) as string,
  });
});
