import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  generateEd25519Pair,
  generateHmacSecret,
  importSigningKey,
  sign,
} from '@stellar-insights/contract/webhook-signature';
import type { TestProgram } from '@stellar-insights/devstack/testing';
import { startProgram } from '@stellar-insights/devstack/vitest';
import { describe, expect, onTestFinished, test } from 'vitest';
import { insights } from './support/insights.ts';

const CLI = resolve(import.meta.dirname, '../src/cli.ts');
const LISTENING = /^listening on http:\/\/127\.0\.0\.1:(\d+)\/ /m;
const BODY = JSON.stringify({
  type: 'webhook.test',
  id: 'evt_a_1',
  timestamp: '2026-01-01T00:00:00Z',
  data: {},
});

async function listen(args: readonly string[], secrets?: string): Promise<TestProgram> {
  const program = await startProgram({
    args: [CLI, 'listen', '--port', '0', ...args],
    env: secrets === undefined ? {} : { LISTEN_SECRETS: secrets },
    port: LISTENING,
  });
  await program.printed(LISTENING);
  return program;
}

async function send(program: TestProgram, id: string, secret: string, body = BODY): Promise<number> {
  const timestamp = Math.floor(Date.now() / 1000);
  const signature = await sign([await importSigningKey(secret)], { id, timestamp, body });
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  };
  return (await program.get('/', { method: 'POST', body, headers })).status;
}

describe('insights listen', () => {
  test('prints a JSON object for each webhook, accepts what its secrets signed and refuses the rest', async () => {
    const [secret, { secretKey, publicKey }] = [generateHmacSecret(), await generateEd25519Pair()];
    const program = await listen(['--json'], `${secret},${publicKey}`);
    expect(await send(program, 'evt_a_1', generateHmacSecret())).toBe(400);
    expect(await send(program, 'evt_a_1', secret)).toBe(204);
    expect(await send(program, 'evt_a_1', secretKey)).toBe(204);
    expect(await program.status('/')).toBe(405);
    expect(await send(program, 'evt_a_2', secret, 'x'.repeat(2 ** 20 + 1))).toBe(413);

    expect(await program.stop('SIGINT')).toEqual({ code: 0, signal: null });
    const lines = program.stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { verdict: 'refused', id: 'evt_a_1', again: false, error: { code: 'signature_mismatch' } },
      { verdict: 'verified', id: 'evt_a_1', again: false, error: null, body: JSON.parse(BODY) as unknown },
      { verdict: 'verified', id: 'evt_a_1', again: true, error: null, bytes: BODY.length },
    ]);
    expect(program.output).toContain('2 verified, 1 refused, 0 unchecked');
    expect(program.output).not.toContain(secret.slice(6));
  });

  test('without a secret prints everything, and nothing that commands a terminal', async () => {
    const program = await listen([]);
    expect(await send(program, 'evt_a_1', generateHmacSecret(), 'a\u001b[31m\u009b31m')).toBe(204);
    await program.printed('evt_a_1');
    expect(program.output).toMatch(
      /^[\d:.]+ {2}unchecked {2}"evt_a_1" {2}\d+ B {2}"a\\u001b\[31m\\u009b31m"$/m,
    );
    expect(await program.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  test('takes secrets from a file, and refuses one that is none without repeating it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'listen-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'secrets');
    await writeFile(file, `${generateHmacSecret()}\nwhsec_hunter2\n`);
    const { code, stdout, stderr } = await insights(['listen', '--port', '0', '--secrets-file', file]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      'secret 2 of 2: found another text, expected whsec_ and 24 to 64 bytes in base64',
    );
    expect(stdout + stderr).not.toContain('hunter2');
  });
});
