import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { openSource } from '@stellar-insights/ledger/sources';
import { startSimnet, type SimnetOptions } from '@stellar-insights/simnet';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RpcHistory } from '../src/ingestion/rpc-history.ts';

const never = new AbortController().signal;

/** A source on a simulated RPC that has closed the ledgers from 100 on. */
async function stage({ lake = false, ...network }: SimnetOptions & { readonly lake?: boolean }) {
  const simnet = await startSimnet({ startLedger: 100, ...network });
  onTestFinished(() => simnet[Symbol.asyncDispose]());
  const clock = fakeClock();
  const left: number[] = [];
  const warnings: string[] = [];
  const log = { info: () => {}, error: () => {}, warn: (_: object, text: string) => warnings.push(text) };
  const source = new RpcHistory(openSource({ rpc: simnet.urls.rpc }), {
    onLeft: (ledgers) => left.push(ledgers),
    lake,
    log,
    clock,
  });
  const read = (ledger: number) => Array.fromAsync(source.ledgers({ from: ledger, to: ledger }, never));
  return { simnet, clock, source, left, warnings, read };
}

describe("how much is left of an RPC's history", () => {
  it('is all that the RPC keeps at the tip, and without a warning', async () => {
    const { source, left, warnings, read } = await stage({ history: 60, retention: 50 });
    await read(159);
    await source.latest(never);
    expect({ left, warnings }).toEqual({ left: [50], warnings: [] });
  });

  it('is warned of once a minute while it is less than a tenth, and no more once the reader has caught up', async () => {
    const { clock, source, left, warnings, read } = await stage({ history: 60, retention: 50 });
    await read(112);
    for (const seconds of [0, 30, 29, 2]) {
      await clock.advance(seconds * 1000);
      await source.latest(never);
    }
    expect(left).toEqual([3, 3, 3, 3]);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain(
      '3 of the 50 ledgers that the RPC keeps are left before it drops ledger 113',
    );
    expect(warnings[0]).toContain('set LEDGER_LAKE_URL');
    await read(130);
    await clock.advance(120_000);
    await source.latest(never);
    expect({ last: left.at(-1), warnings: warnings.length }).toEqual({ last: 21, warnings: 2 });
  });

  it('is long for a young RPC, which has not dropped anything yet', async () => {
    const { source, left, warnings, read } = await stage({ history: 60, retention: 1000 });
    await read(100);
    await source.latest(never);
    expect({ left, warnings }).toEqual({ left: [941], warnings: [] });
  });

  it('is none once the ledger is dropped, which the follower reports as an error', async () => {
    const { simnet, source, left, warnings, read } = await stage({ history: 60 });
    await read(110);
    simnet.history.cut(10);
    await source.latest(never);
    expect({ left, warnings }).toEqual({ left: [0], warnings: [] });
  });

  it('is no reason for a warning with a lake', async () => {
    const { source, left, warnings, read } = await stage({ history: 60, retention: 50, lake: true });
    await read(112);
    await source.latest(never);
    expect({ left, warnings }).toEqual({ left: [3], warnings: [] });
  });

  it('is unknown while the RPC does not say what it keeps, and before a ledger is wanted', async () => {
    const { simnet, source, left, read } = await stage({ history: 60 });
    await source.latest(never);
    await read(110);
    simnet.faults.rpc = { kind: 'stale', latestLedger: 120 };
    await source.latest(never);
    expect(left).toEqual([NaN, NaN]);
  });
});
