import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LedgerError, type LedgerFacts } from '@stellar-insights/ledger';
import { openSource, readLedgers } from '@stellar-insights/ledger/sources';
import { createNetwork, writeLake, type Simnet } from '@stellar-insights/simnet';
import { PASSPHRASE, quietSimnet } from './quiet-simnet.ts';

const never = new AbortController().signal;
const fewRetries = { attempts: 2, baseMs: 1, capMs: 1, retryAfterCapMs: 1 };

const sourceOf = ({ urls }: Simnet, timeoutMs?: number) =>
  openSource(
    { rpc: urls.rpc },
    { retry: fewRetries, pollIntervalMs: 5, pageSize: 7, ...(timeoutMs !== undefined && { timeoutMs }) },
  );

async function read(simnet: Simnet, from: number, to: number, timeoutMs?: number): Promise<LedgerFacts[]> {
  const range = { from, to, networkPassphrase: PASSPHRASE };
  return Array.fromAsync(readLedgers(sourceOf(simnet, timeoutMs), range, never));
}

async function failure(reading: Promise<unknown>) {
  const error: unknown = await reading.then(
    () => expect.fail('expected an error'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof LedgerError)) throw error;
  return error;
}

describe('a ledger source on the RPC', () => {
  it('reads what truly happened', async () => {
    const truth: LedgerFacts[] = [];
    await using simnet = await quietSimnet({ onLedger: (ledger) => truth.push(ledger.truth) });
    expect(await read(simnet, 100, 129)).toEqual(truth);
  });

  it('follows the tip as ledgers close', async () => {
    await using simnet = await quietSimnet({ closeEveryMs: 20 });
    const from = simnet.history.latest.sequence - 3;
    const sequences: number[] = [];
    for await (const { header } of readLedgers(sourceOf(simnet), { from }, never)) {
      if (sequences.push(header.sequence) === 12) break;
    }
    expect(sequences).toEqual(Array.from({ length: 12 }, (_, index) => from + index));
  });

  it('fails on history that is no longer retained', async () => {
    await using simnet = await quietSimnet();
    simnet.history.cut(10);
    expect(await failure(read(simnet, 119, 129))).toMatchObject({ code: 'history_lost', ledger: 119 });
    expect(await read(simnet, 120, 129)).toHaveLength(10);
  });

  it.each([
    [{ kind: 'garbage' }, 'rpc_invalid_response'],
    [{ kind: 'unavailable' }, 'rpc_unreachable'],
    [{ kind: 'slow', delayMs: 60_000 }, 'rpc_unreachable'],
    [{ kind: 'rate_limited', retryAfterSeconds: 1 }, 'rate_limited'],
  ] as const)('meets the fault %j as the error %s, until it is over', async (fault, code) => {
    await using simnet = await quietSimnet({ history: 3 });
    simnet.faults.rpc = fault;
    const timeoutMs = fault.kind === 'slow' ? 50 : undefined;
    expect((await failure(read(simnet, 100, 102, timeoutMs))).code).toBe(code);
    simnet.faults.rpc = null;
    expect(await read(simnet, 100, 102)).toHaveLength(3);
  });

  it('gets from a stale RPC what that has seen, then an error', async () => {
    await using simnet = await quietSimnet();
    simnet.faults.rpc = { kind: 'stale', latestLedger: 120 };
    expect(await read(simnet, 115, 120)).toHaveLength(6);
    expect(await failure(read(simnet, 121, 129))).toMatchObject({ code: 'rpc_unreachable', retryable: true });
  });

  it('gets from a stale RPC that has lost all it had seen an error', async () => {
    await using simnet = await quietSimnet();
    simnet.faults.rpc = { kind: 'stale', latestLedger: 120 };
    simnet.history.cut(5);
    expect((await failure(read(simnet, 120, 120))).code).toBe('rpc_unreachable');
  });
});

describe('a ledger source on the RPC and a lake', () => {
  /** A lake of the ledgers that `quietSimnet` closes; with another seed, of another chain of the same network. */
  async function lakeOf(seed: string) {
    const folder = await mkdtemp(join(tmpdir(), 'lake-'));
    const network = createNetwork({
      seed,
      passphrase: PASSPHRASE,
      startLedger: 100,
      startTime: 1_750_000_000_000,
    });
    await writeLake(folder, network, {
      ledgers: 30,
      ledgersPerBatch: 8,
      batchesPerPartition: 2,
      extension: 'zst',
    });
    return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  }

  it('reads what truly happened over the seam, and refuses a lake of another chain', async () => {
    const truth: LedgerFacts[] = [];
    await using simnet = await quietSimnet({ onLedger: (ledger) => truth.push(ledger.truth) });
    simnet.history.cut(10);
    const readWith = async ({ folder }: { folder: string }) => {
      const source = openSource({ rpc: simnet.urls.rpc, lake: folder }, { pageSize: 7 });
      const range = { from: 104, to: 129, networkPassphrase: PASSPHRASE };
      return await Array.fromAsync(readLedgers(source, range, never));
    };
    await using lake = await lakeOf('servers');
    expect(await readWith(lake)).toEqual(truth.slice(4));

    await using fork = await lakeOf('another chain');
    expect(await failure(readWith(fork))).toMatchObject({ code: 'chain_broken', ledger: 120 });
  });
});
