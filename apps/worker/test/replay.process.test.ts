import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answersAbsent, corridorAnswers, realLake, realLedgersAbsent } from '../../../test/real-ledgers.ts';
import { insights, range } from './support/insights.ts';

const published = ({ delivered_decimal: _, ...row }: Record<string, unknown>) => row;

describe.skipIf(realLedgersAbsent)('insights replay of real ledgers', () => {
  it.skipIf(answersAbsent)(
    'prints the expected answers for 30822015 to 30822019, and nothing else',
    async () => {
      const { code, stdout, stderr } = await insights([
        'replay',
        '--lake',
        realLake,
        ...range(30822015, 30822019),
        '--json',
      ]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^\{.*\}\n$/);
      const printed = JSON.parse(stdout) as { corridors: object[] };
      expect(printed).toStrictEqual({
        from: 30822015,
        to: 30822019,
        ledgers: 5,
        transactions: { succeeded: 222, failed: 60 },
        operations: 934,
        corridors: corridorAnswers().corridors.map(published),
      });
      expect(Object.keys(printed)).toEqual([
        'from',
        'to',
        'ledgers',
        'transactions',
        'operations',
        'corridors',
      ]);
      expect(Object.keys(printed.corridors[0] ?? {})).toEqual([
        'source_asset',
        'dest_asset',
        'attempted',
        'succeeded',
        'failed',
        'failures',
        'delivered_stroops',
        'self_attempted',
        'self_succeeded',
        'self_delivered_stroops',
      ]);
    },
  );

  it.skipIf(answersAbsent)('prints the expected answers for 53312000', async () => {
    const { code, stdout } = await insights(['replay', '--lake', realLake, ...range(53312000), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toStrictEqual({
      from: 53312000,
      to: 53312000,
      ledgers: 1,
      transactions: { succeeded: 101, failed: 62 },
      operations: 234,
      corridors: corridorAnswers().by_ledger['53312000']?.map(published),
    });
  });

  it('prints a table for people, with self-payments in a column of their own', async () => {
    const { code, stdout } = await insights(['replay', '--lake', realLake, ...range(30822015, 30822019)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ledgers 30822015 to 30822019: 5 ledgers, 934 operations/);
    expect(stdout).toMatch(/^native +native +2 +50\.0 % .* 159\.9581975 +0 of 34 +PAYMENT_UNDERFUNDED 1$/m);
  });

  it('takes its source from the environment', async () => {
    const { code, stdout } = await insights(['replay', ...range(30822018), '--json'], {
      LEDGER_LAKE_URL: realLake,
    });
    expect({ code, ledgers: (JSON.parse(stdout) as { ledgers: number }).ledgers }).toEqual({
      code: 0,
      ledgers: 1,
    });
  });

  describe('with a fault in the lake', () => {
    let damaged: string;
    const file = 'FE2A45FF--30784000-30847999/FE29B17E--30822017.xdr.zst';

    beforeAll(async () => {
      damaged = await mkdtemp(join(tmpdir(), 'damaged-lake-'));
      await cp(realLake, damaged, { recursive: true });
    });
    afterAll(() => rm(damaged, { recursive: true }));

    async function refused(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
      const { code, stdout, stderr } = await insights(['replay', '--json', ...args], env);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      return stderr;
    }

    it.each([
      ['truncated', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100), /ledger_corrupt.*30822017/],
      ['blank', () => Buffer.alloc(0), /ledger_corrupt.*30822017/],
      ['plain text', () => Buffer.from('<html>not here</html>'), /ledger_corrupt.*30822017/],
    ])('in a %s file ends it with exit 1 and no answer', async (_, damage, message) => {
      const whole = await readFile(join(realLake, file));
      await writeFile(join(damaged, file), damage(whole));
      expect(await refused(['--lake', damaged, ...range(30822015, 30822019)])).toMatch(message);
    });

    it('a file with another ledger in it is named', async () => {
      await cp(join(realLake, 'FE2A45FF--30784000-30847999/FE29B17D--30822018.xdr.zst'), join(damaged, file));
      expect(await refused(['--lake', damaged, ...range(30822015, 30822019)])).toMatch(
        /ledger_mislabelled.*30822017.*30822018/s,
      );
    });

    it('a missing ledger is named', async () => {
      await rm(join(damaged, file));
      expect(await refused(['--lake', damaged, ...range(30822015, 30822019)])).toMatch(
        /ledger_missing.*30822017/,
      );
    });

    it('another network is named', async () => {
      const message = await refused(['--lake', realLake, ...range(30822015)], { STELLAR_NETWORK: 'testnet' });
      expect(message).toMatch(/wrong_network.*Public Global.*Test SDF/s);
    });

    it('a lake that claims another network is recognised by its transactions', async () => {
      const manifest = await readFile(join(realLake, '.config.json'), 'utf8');
      await writeFile(join(damaged, '.config.json'), manifest.replace('Public Global', 'Private Local'));
      expect(await refused(['--lake', damaged, ...range(30822015)])).toMatch(/wrong_network.*30822015/);
    });
  });
});

describe('insights', () => {
  it.each([
    [['replay', '--from', '1'], /no --to/],
    [['replay', '--from', 'x', '--to', '2'], /--from x/],
    [['replay', '--from', '0', '--to', '2'], /--from 0/],
    [['replay', '--from', '5', '--to', '2', '--lake', '.'], /--to 2, expected 5 or more/],
    [['replay', '--from', '1', '--to', '2'], /no source/],
    [['replay', '--from', '1', '--to', '2', '--lake', 'a', '--rpc', 'b'], /both --lake and --rpc/],
    [['replay', '--from', '1', '--to', '2', '--rpc', 'not-a-url'], /not-a-url/],
    [['replay', '--colour'], /--colour/],
    [['destroy'], /destroy/],
    [[], /no command/],
  ])('%j is wrong usage: exit 2, and a message that says what was expected', async (args, message) => {
    const { code, stdout, stderr } = await insights(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('reports every fault of the environment at once', async () => {
    const { code, stderr } = await insights(['replay', ...range(1)], {
      STELLAR_NETWORK: 'mainnet',
      STELLAR_RPC_URL: 'rpc',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/STELLAR_NETWORK: found "mainnet", expected one of pubnet, testnet, custom/);
    expect(stderr).toMatch(/STELLAR_RPC_URL: found "rpc"/);
  });

  it('prints its usage', async () => {
    const { code, stdout } = await insights(['replay', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/--lake/);
  });
});
