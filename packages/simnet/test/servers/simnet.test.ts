import { eventually } from '@stellar-insights/devstack/testing';
import { describe, expect, it } from 'vitest';
import { createNetwork, startSimnet, type ClosedLedger } from '@stellar-insights/simnet';
import { PASSPHRASE, quietSimnet } from './quiet-simnet.ts';

describe('a simulated network that is served', () => {
  it('closes the same bytes as one that is not', async () => {
    const served: ClosedLedger[] = [];
    await using simnet = await quietSimnet({ history: 5, onLedger: (ledger) => served.push(ledger) });
    simnet.closeLedger();
    const network = createNetwork({
      seed: 'servers',
      passphrase: PASSPHRASE,
      startLedger: 100,
      startTime: 1_750_000_000_000,
    });
    const bare = served.map(() => network.closeLedger());
    expect(served).toHaveLength(6);
    expect(served.map(({ bytes }) => Buffer.from(bytes))).toEqual(
      bare.map(({ bytes }) => Buffer.from(bytes)),
    );
  });

  it('closes ledgers by itself at the interval it is given', async () => {
    await using simnet = await quietSimnet({ history: 1, closeEveryMs: 10 });
    await eventually(() => expect(simnet.history.latest.sequence).toBeGreaterThanOrEqual(105));
  });

  it('has a history that ends now if no start time is given', async () => {
    const before = Date.now();
    await using simnet = await startSimnet({ history: 20, closeIntervalMs: 60_000 });
    const { oldest, latest } = simnet.history;
    expect(latest.closeTime - oldest.closeTime).toBe(19 * 60);
    expect(latest.closeTime).toBeGreaterThanOrEqual(Math.floor(before / 1_000));
    expect(latest.closeTime).toBeLessThanOrEqual(Date.now() / 1_000);
  });

  it('closes no ledger and answers no request once it is disposed, and may be disposed twice', async () => {
    const simnet = await quietSimnet({ history: 1, closeEveryMs: 5 });
    simnet.faults.horizon = { kind: 'slow', delayMs: 60_000 };
    const underWay = fetch(`${simnet.urls.horizon}/ledgers`);
    const outcome = underWay.then(
      () => 'answered',
      () => 'cut off',
    );
    await eventually(() => expect(simnet.history.latest.sequence).toBeGreaterThan(101));
    await Promise.all([simnet[Symbol.asyncDispose](), simnet[Symbol.asyncDispose]()]);
    expect(await outcome).toBe('cut off');
    const { sequence } = simnet.history.latest;
    await expect(fetch(simnet.urls.rpc)).rejects.toThrow('fetch failed');
    expect(simnet.history.latest.sequence).toBe(sequence);
  });

  it('stops closing its history when its signal aborts', async () => {
    const stop = new AbortController();
    const closing = startSimnet(
      {
        history: 100_000,
        onLedger: ({ sequence }) => {
          if (sequence === 1_005) stop.abort(new Error('enough'));
        },
      },
      stop.signal,
    );
    await expect(closing).rejects.toThrow('enough');
  });

  it.each([
    [{ history: 0 }, 'found a history of 0 ledgers, expected 1 or more'],
    [{ retention: 0 }, 'found a retention of 0 ledgers, expected 1 or more'],
    [{ closeEveryMs: 0 }, 'found 0 ms from close to close, expected more than 0'],
    [{ closeIntervalMs: 1_500 }, 'found closeIntervalMs 1500, expected whole seconds'],
  ])('refuses %j', async (options, message) => {
    await expect(quietSimnet(options)).rejects.toThrow(message);
  });

  it('rejects if its port is taken', async () => {
    await using simnet = await quietSimnet({ history: 1 });
    const port = Number(new URL(simnet.urls.rpc).port);
    await expect(quietSimnet({ history: 1, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
