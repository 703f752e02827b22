import type { Hash } from '@stellar-insights/ledger';
import { hex } from '../../digest.ts';
import type { KeyPair } from '../../key-pair.ts';
import { NATIVE, type Asset } from '../../state/asset.ts';
import { spendable } from '../../state/holdings.ts';
import type { TransactionPlan } from '../../transactions/plan.ts';
import { findBalance } from '../claimable-balances.ts';
import { draft, type Scenario } from '../draft.ts';
import { UNIT } from '../genesis.ts';
import type { World } from '../world.ts';
import type { RareCase } from './rare-case.ts';

type Misfit = 'strangers' | 'barred' | 'brimming';

/** Claimable balances that cannot be created or cannot be claimed. */
export const CLAIM_FAILURES: readonly RareCase[] = [
  rareCase(
    'CREATE_CLAIMABLE_BALANCE_MALFORMED',
    leaving((world) => ({ giver: world.idle(world.cast.wallets), asset: NATIVE, amount: 0n })),
  ),
  rareCase(
    'CREATE_CLAIMABLE_BALANCE_NO_TRUST',
    leaving((world) => ({ giver: world.idle(world.cast.strangers), asset: world.cast.dollar, amount: 1n })),
  ),
  rareCase(
    'CREATE_CLAIMABLE_BALANCE_NOT_AUTHORIZED',
    leaving((world) => ({ giver: world.idle(world.cast.barred), asset: world.cast.restricted, amount: 1n })),
  ),
  rareCase('CREATE_CLAIMABLE_BALANCE_UNDERFUNDED', leaving(tooMuch)),
  rareCase('CLAIM_CLAIMABLE_BALANCE_DOES_NOT_EXIST', (world) =>
    claim(world, world.cast.wallets, hex(world.random.bytes(32))),
  ),
  rareCase('CLAIM_CLAIMABLE_BALANCE_CANNOT_CLAIM', (world) =>
    claim(world, world.cast.bots, findBalance(world, () => true)?.id),
  ),
  rareCase('CLAIM_CLAIMABLE_BALANCE_NO_TRUST', claimingAs('strangers')),
  rareCase('CLAIM_CLAIMABLE_BALANCE_LINE_FULL', claimingAs('brimming')),
  rareCase('a restricted balance left for those who are barred', leaveForBarred),
  rareCase('CLAIM_CLAIMABLE_BALANCE_NOT_AUTHORIZED', claimingAs('barred')),
];

function rareCase(name: string, scenario: Scenario): RareCase {
  return { name, from: 14, scenario };
}

interface Gift {
  readonly giver: KeyPair | null;
  readonly asset: Asset;
  readonly amount: bigint;
}

function leaving(gift: (world: World) => Gift): Scenario {
  return (world) => {
    const { giver, asset, amount } = gift(world);
    const claimant = world.holder(NATIVE);
    if (giver === null || claimant === null) return [];
    return draft(world, giver, { type: 'create_claimable_balance', asset, amount, claimants: [claimant] });
  };
}

function tooMuch(world: World): Gift {
  const giver = world.idle(world.cast.wallets);
  const amount = giver === null ? 0n : spendable(world.store, giver, world.cast.dollar) + UNIT;
  return { giver, asset: world.cast.dollar, amount };
}

function leaveForBarred(world: World): readonly TransactionPlan[] {
  const { cast } = world;
  const giver = world.idle(cast.makers);
  if (giver === null) return [];
  const gift = { asset: cast.restricted, amount: UNIT, claimants: cast.barred };
  return draft(world, giver, { type: 'create_claimable_balance', ...gift });
}

/** The claimant cannot hold the asset. */
function claimingAs(who: Misfit): Scenario {
  return (world) => {
    const misfit = world.random.pick(world.cast[who]);
    const asset = who === 'barred' ? world.cast.restricted : world.cast.dollar;
    const balance = findBalance(
      world,
      ({ claimants, asset: { id } }) =>
        id === asset.id && claimants.some((claimant) => claimant.id === misfit.id),
    );
    return claim(world, [misfit], balance?.id);
  };
}

function claim(
  world: World,
  people: readonly KeyPair[],
  balanceId: Hash | undefined,
): readonly TransactionPlan[] {
  const claimant = balanceId === undefined ? null : world.idle(people);
  if (claimant === null || balanceId === undefined) return [];
  return draft(world, claimant, { type: 'claim_claimable_balance', balanceId });
}
