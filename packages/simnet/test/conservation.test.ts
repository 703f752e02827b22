import { describe, expect, it } from 'vitest';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { createNetwork, type Network } from '@stellar-insights/simnet';

const OPTIONS = {
  seed: 'books',
  passphrase: 'Simulated Network',
  startLedger: 100,
  startTime: 1_750_000_000_000,
};

describe('value', () => {
  it('of native is in accounts, claimable balances, pools, contracts and the fee pool, and never changes in sum', () => {
    const network = createNetwork(OPTIONS);
    for (let count = 0; count < 200; count += 1) {
      const { header } = network.closeLedger().truth;
      expect((supplies(network).get('native') ?? 0n) + header.feePool).toBe(header.totalCoins);
    }
  });

  it('of an issued asset grows by what its issuer pays out and shrinks by what it gets or takes back', () => {
    const network = createNetwork(OPTIONS);
    const balances = new Map<string, Taken>();
    for (let count = 0; count < 200; count += 1) {
      const before = supplies(network);
      const { truth } = network.closeLedger();
      const after = supplies(network);
      for (const { balanceId, asset, amount } of truth.claimableBalances) {
        if (balanceId !== null && asset !== null) balances.set(balanceId, { asset, amount });
      }
      const taken = takenBack(truth, balances);
      const expected = [...before].map(
        ([asset, held]) => [asset, held + issued(truth, asset) - (taken.get(asset) ?? 0n)] as const,
      );
      expect(withoutNative(after)).toEqual(withoutNative(new Map(expected)));
    }
  });

  it('per pool share never falls', () => {
    const network = createNetwork(OPTIONS);
    const poolsOf = () => [...network.store.entries()].filter((entry) => entry.kind === 'pool');
    let before = poolsOf();
    for (let count = 0; count < 200; count += 1) {
      network.closeLedger();
      const after = poolsOf();
      for (const old of before) {
        const pool = after.find(({ id }) => id === old.id);
        // A pool may end, and begin again, between two ledgers: its shares are of another pool then.
        if (pool === undefined || pool.shares === 0n) continue;
        // k / shares² = reserves a · b / shares², compared without division.
        const [kBefore, kAfter] = [old.reserveA * old.reserveB, pool.reserveA * pool.reserveB];
        expect(kAfter * old.shares ** 2n >= kBefore * pool.shares ** 2n).toBe(true);
      }
      before = after;
    }
  });
});

/** How much of each asset is held, wherever it lies. */
function supplies(network: Network): Map<string, bigint> {
  const total = new Map<string, bigint>();
  const add = (asset: string, amount: bigint) => total.set(asset, (total.get(asset) ?? 0n) + amount);
  for (const entry of network.store.entries()) {
    if (entry.kind === 'account') add('native', entry.balance);
    if (entry.kind === 'trustline') add(entry.asset.id, entry.balance);
    if (entry.kind === 'claimable_balance') add(entry.asset.id, entry.amount);
    if (entry.kind === 'contract_balance') add(entry.asset.id, entry.balance);
    if (entry.kind === 'pool') {
      add(entry.assetA.id, entry.reserveA);
      add(entry.assetB.id, entry.reserveB);
    }
  }
  return total;
}

function withoutNative(supply: ReadonlyMap<string, bigint>): Map<string, bigint> {
  return new Map([...supply].filter(([asset]) => asset !== 'native'));
}

function issued({ payments, contractTransfers }: LedgerFacts, asset: string): bigint {
  const issuer = asset.split(':')[1];
  const paid = payments.map((payment) => {
    const out = payment.sourceAsset === asset && payment.source === issuer ? (payment.sentAmount ?? 0n) : 0n;
    const back =
      payment.destAsset === asset && payment.destination === issuer ? (payment.deliveredAmount ?? 0n) : 0n;
    return out - back;
  });
  // From nobody or to nobody: minted, burned or clawed back.
  const moved = contractTransfers
    .filter((transfer) => transfer.succeeded && transfer.asset === asset)
    .map(({ from, to, amount }) => (from === null ? amount : 0n) - (to === null ? amount : 0n));
  return [...paid, ...moved].reduce((sum, amount) => sum + amount, 0n);
}

interface Taken {
  readonly asset: string | null;
  readonly amount: bigint | null;
}

/** @param balances what claimable balances hold, by their ids */
function takenBack({ clawbacks }: LedgerFacts, balances: ReadonlyMap<string, Taken>): Map<string, bigint> {
  const total = new Map<string, bigint>();
  for (const clawback of clawbacks.filter(({ succeeded }) => succeeded)) {
    const { balanceId } = clawback;
    const { asset, amount }: Taken = (balanceId === null ? null : balances.get(balanceId)) ?? clawback;
    if (asset === null || amount === null)
      throw new Error('A balance that was never created was taken back.');
    total.set(asset, (total.get(asset) ?? 0n) + amount);
  }
  return total;
}
