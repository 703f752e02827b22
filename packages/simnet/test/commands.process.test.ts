import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, TestProgram } from '@stellar-insights/devstack/testing';
import { startProgram } from '@stellar-insights/devstack/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rpcCall } from './servers/rpc-call.ts';

const MAIN = join(import.meta.dirname, '../src/main.ts');
const simnet = (...args: readonly string[]) => TestProgram.run({ name: 'simnet', args: [MAIN, ...args] });

describe('simnet serve', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line when it is ready, closes ledgers, and ends at %s with exit code 0',
    async (signal) => {
      const options = ['--close-interval', '0.05', '--history', '10', '--retention', '8'];
      const server = await startProgram({ args: [MAIN, 'serve', ...options] });
      const ready = await server.logged<{ rpc: string }>(() => true);
      expect(ready).toMatchObject({ oldestLedger: 1_002, latestLedger: 1_009 });
      await eventually(async () => {
        const { result } = await rpcCall(ready.rpc, 'getHealth');
        expect((result as { latestLedger: number }).latestLedger).toBeGreaterThan(1_012);
      });
      expect(await server.stop(signal)).toEqual({ code: 0, signal: null });
      expect(server.output.trimEnd().split('\n')).toHaveLength(1);
      await expect(fetch(ready.rpc)).rejects.toThrow('fetch failed');
    },
  );

  it('says which port is taken, with exit code 1', async () => {
    const first = await startProgram({ args: [MAIN, 'serve', '--history', '1'] });
    const { rpc } = await first.logged<{ rpc: string }>(() => true);
    const { code, output } = await simnet('serve', '--history', '1', '--port', new URL(rpc).port);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(new URL(rpc).port) });
  });
});

describe('simnet lake', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'simnet-lake-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const filesOf = (lake: string) =>
    readdirSync(lake, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name)).toString('base64'))
      .toSorted();

  it('writes the same lake for the same seed, and another one for another seed', async () => {
    const write = async (name: string, seed: string) => {
      const lake = join(folder, name);
      const options = ['--ledgers', '3', '--seed', seed, '--transactions-per-ledger', '20'];
      const { code, stdout } = await simnet('lake', '--out', lake, ...options);
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('1002') });
      return filesOf(lake);
    };
    const [first, same, other] = await Promise.all([write('a', 's'), write('b', 's'), write('c', 't')]);
    expect(first).toHaveLength(4);
    expect(same).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('leaves a folder alone that has something in it', async () => {
    writeFileSync(join(folder, 'mine'), '');
    const { code, stderr } = await simnet('lake', '--out', folder, '--ledgers', '3');
    expect(code).toBe(1);
    expect(stderr).toBe(
      `error: found files in ${folder}, expected an empty or a new folder: delete it or name another one\n`,
    );
    expect(readdirSync(folder)).toEqual(['mine']);
  });
});

describe('the simulator as a command', () => {
  it.each([
    [[], 'usage: pnpm simnet <command>'],
    [['serve'], 'usage: pnpm simnet serve'],
    [['lake'], 'usage: pnpm simnet lake'],
  ])('prints its usage for %j --help', async (args, usage) => {
    const { code, stdout } = await simnet(...args, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain(usage);
  });

  it.each([
    [[], 'found command "", expected serve or lake'],
    [['toString'], 'found command "toString", expected serve or lake'],
    [['serve', '--port', '70000'], 'found --port 70000, expected a whole number from 0 to 65535'],
    [['serve', '--close-interval', 'x'], 'found --close-interval x, expected 0.01 to 3600 seconds'],
    [['serve', '--transactions-per-ledger', '0'], 'expected a whole number from 1 to 10000'],
    [['serve', '--colour', 'red'], '--colour'],
    [['lake', '--ledgers', '3'], 'found no --out, expected --out with a folder'],
    [['lake', '--out', 'x'], 'found no --ledgers, expected how many to write'],
    [['lake', '--out', 'x', '--ledgers', '0'], 'found --ledgers 0, expected a whole number from 1 to 100000'],
  ])('refuses %j with exit code 2 and its usage', async (args, message) => {
    const { code, stderr } = await simnet(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(`error: `);
    expect(stderr).toContain(message);
    expect(stderr).toContain('usage:');
  });
});
