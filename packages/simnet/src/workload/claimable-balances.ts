import { NATIVE } from '../state/asset.ts';
import type { ClaimableBalance } from '../state/entries.ts';
import { draft, type Scenario } from './draft.ts';
import type { World } from './world.ts';

/** A wallet leaves money for others to claim; some of those cannot. */
export const leaveBalance: Scenario = (world) => {
  const { random, cast } = world;
  const asset = random.chance(0.3) ? NATIVE : random.pick(cast.currencies);
  const giver = world.idle(cast.wallets);
  if (world.protocol < 14 || giver === null || !world.holds(giver, asset)) return [];
  const heirs = [world.holder(asset), random.pick([...cast.strangers, ...cast.brimming])];
  const claimants = heirs.filter((heir) => heir !== null);
  const amount = world.affordable(giver, asset);
  return draft(world, giver, { type: 'create_claimable_balance', asset, amount, claimants });
};

/** An account claims a balance that is meant for it. */
export const claimBalance: Scenario = (world) => {
  const balance = findBalance(world, () => true);
  if (balance === null) return [];
  const claimant = world.idle(balance.claimants);
  if (claimant === null) return [];
  return draft(world, claimant, { type: 'claim_claimable_balance', balanceId: balance.id });
};

/** One of the balances that fit, picked at random. */
export function findBalance(
  { store, random }: World,
  fits: (balance: ClaimableBalance) => boolean,
): ClaimableBalance | null {
  const fitting = store.ofKind('claimable_balance').filter(fits);
  return fitting.length === 0 ? null : random.pick(fitting);
}
