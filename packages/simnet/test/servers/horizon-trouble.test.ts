import { systemClock, type Clock } from '@stellar-insights/runtime/time';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PoolId } from '@stellar-insights/ledger';
import { openNetworkState, type NetworkState, type PoolState } from '@stellar-insights/ledger/state';
import type { HorizonFault, Simnet } from '@stellar-insights/simnet';
import { PASSPHRASE, quietSimnet } from './quiet-simnet.ts';

const never = new AbortController().signal;

let simnet: Simnet;
beforeAll(async () => {
  simnet = await quietSimnet({ history: 3 });
});
afterAll(async () => {
  await simnet[Symbol.asyncDispose]();
});
beforeEach(() => {
  simnet.faults.horizon = null;
});

/** Its waits take no time; `onWait` runs in each. */
function stateOf(onWait: (ms: number) => void = () => {}): NetworkState {
  const fault = simnet.faults.horizon;
  // A short page ends a listing where nothing is behind it, whatever comes after it.
  const pageSize =
    fault?.kind === 'paging' && fault.how === 'endless' ? simnet.network.stateAt(102).pools.length : 2;
  const clock: Clock = {
    ...systemClock,
    sleep: async (ms, signal) => {
      onWait(ms);
      signal?.throwIfAborted();
    },
  };
  const options = { clock, timeoutMs: 300, pageSize, retry: { attempts: 3 } };
  const { horizon } = simnet.urls;
  return openNetworkState({ horizon }, { ...options, expectedNetwork: async () => PASSPHRASE });
}

async function* nothing(): AsyncGenerator<readonly PoolId[]> {
  yield [];
}

async function poolsOf(state: NetworkState): Promise<PoolState[]> {
  const pages = await Array.fromAsync(state.pools(nothing(), never));
  return pages.flatMap(({ records }) => records);
}

const FAULTS: readonly (readonly [HorizonFault, code: string])[] = [
  [{ kind: 'slow', delayMs: 5000 }, 'horizon_unreachable'],
  [{ kind: 'unavailable' }, 'horizon_unreachable'],
  [{ kind: 'stale', latestLedger: 101 }, 'horizon_unreachable'],
  [{ kind: 'rate_limited', retryAfterSeconds: 7 }, 'horizon_rate_limited'],
  [{ kind: 'garbage' }, 'horizon_invalid_response'],
  [{ kind: 'paging', how: 'repeats' }, 'horizon_inconsistent'],
  [{ kind: 'paging', how: 'goes_back' }, 'horizon_inconsistent'],
  [{ kind: 'paging', how: 'endless' }, 'horizon_inconsistent'],
  [{ kind: 'paging', how: 'hides' }, 'horizon_inconsistent'],
  [{ kind: 'paging', how: 'overfull' }, 'horizon_inconsistent'],
];
const PASSING = FAULTS.filter(([{ kind }]) => kind !== 'garbage');

describe('pools of a Horizon in trouble', () => {
  it.each(FAULTS)('are refused as a whole with %j: %s', async (fault, code) => {
    simnet.faults.horizon = fault;
    await expect(poolsOf(stateOf())).rejects.toMatchObject({ name: 'StateError', code });
  });

  it.each(PASSING)('are read, each once, if %j passes before the last attempt', async (fault) => {
    let waits = 0;
    simnet.faults.horizon = fault;
    const state = stateOf(() => {
      waits += 1;
      simnet.faults.horizon = null;
    });
    expect(await poolsOf(state)).toEqual(simnet.network.stateAt(102).pools);
    expect(waits).toBe(1);
  });

  it('wait as long as Horizon asks for', async () => {
    simnet.faults.horizon = { kind: 'rate_limited', retryAfterSeconds: 7 };
    const waits: number[] = [];
    await expect(poolsOf(stateOf((ms) => waits.push(ms)))).rejects.toThrow('HTTP 429');
    expect(waits).toEqual([7000, 7000]);
  });

  it('ask within the budget before each request, and end with what it throws', async () => {
    const { horizon } = simnet.urls;
    let left = 3;
    const budget = {
      take: async (priority: string) => {
        expect(priority).toBe('due');
        if (--left < 0) throw new RangeError('spent');
      },
    };
    const expectedNetwork = async () => PASSPHRASE;
    const state = openNetworkState({ horizon }, { expectedNetwork, budget, pageSize: 2 });
    await expect(poolsOf(state)).rejects.toThrow('spent');
    expect(left).toBe(-1);
  });
});
