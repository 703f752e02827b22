import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { rpcCall } from './servers/rpc-call.ts';

type Child = ChildProcessByStdio<null, Readable, Readable>;

const MAIN = join(import.meta.dirname, '../src/main.ts');

function run(...args: string[]): Child & AsyncDisposable {
  const child = spawn(process.execPath, ['--conditions=@stellar-insights/source', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  return Object.assign(child, {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  });
}

async function firstLine(child: Child): Promise<Record<string, unknown>> {
  const lines = createInterface(child.stdout);
  const [line] = (await once(lines, 'line')) as [string];
  return JSON.parse(line) as Record<string, unknown>;
}

describe('the simulator as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line when it is ready, closes ledgers, and ends at %s with exit code 0',
    async (signal) => {
      await using child = run('--close-interval', '0.05', '--history', '10', '--retention', '8');
      const ready = await firstLine(child);
      expect(ready).toMatchObject({ oldestLedger: 1_002, latestLedger: 1_009 });
      await expect
        .poll(async () => (await rpcCall(String(ready['rpc']), 'getHealth')).result, { timeout: 10_000 })
        .toMatchObject({ latestLedger: expect.toSatisfy((latest: number) => latest > 1_012) as unknown });
      const rest = text(child.stdout);
      const exit = once(child, 'exit');
      child.kill(signal);
      expect(await exit).toEqual([0, null]);
      expect(await rest).toBe('');
      await expect(fetch(String(ready['rpc']))).rejects.toThrow('fetch failed');
    },
  );

  it.each([
    [['--port', '70000'], 'found --port 70000, expected a whole number from 0 to 65535'],
    [['--close-interval', 'x'], 'found --close-interval x'],
    [['--colour', 'red'], '--colour'],
  ])('refuses %j with exit code 2 and its usage', async (args, message) => {
    await using child = run(...args);
    const [[code], errors] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
    expect(code).toBe(2);
    expect(errors).toContain(message);
    expect(errors).toContain('usage:');
  });
});
