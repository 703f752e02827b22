import { proceeds } from '../../exchange/offer-liabilities.ts';
import { NATIVE } from '../../state/asset.ts';
import type { TransactionPlan } from '../../transactions/plan.ts';
import { draft } from '../draft.ts';
import type { World } from '../world.ts';
import type { RareCase } from './rare-case.ts';

/** Path payments that take no path or end in dust. */
export const UNUSUAL_PATHS: readonly RareCase[] = [
  {
    name: 'strict send of one asset with no path',
    scenario: (world) => straight(world, 'path_payment_strict_send'),
  },
  {
    name: 'strict receive of one asset with no path',
    scenario: (world) => straight(world, 'path_payment_strict_receive'),
  },
  { name: 'strict send over the same asset twice', scenario: stutter },
  { name: 'strict send whose last offer sells 0', scenario: leaveDust },
];

function straight(
  world: World,
  type: 'path_payment_strict_send' | 'path_payment_strict_receive',
): readonly TransactionPlan[] {
  const { random, cast } = world;
  const asset = random.chance(0.5) ? NATIVE : random.pick(cast.currencies);
  const sender = world.idle(cast.wallets.filter((wallet) => world.holds(wallet, asset)));
  const receiver = world.holder(asset, sender);
  if (sender === null || receiver === null) return [];
  const amount = world.affordable(sender, asset);
  const route = { destination: world.party(receiver), sendAsset: asset, destAsset: asset, path: [] };
  return type === 'path_payment_strict_send'
    ? draft(world, sender, { type, ...route, sendAmount: amount, destMin: amount })
    : draft(world, sender, { type, ...route, sendMax: amount, destAmount: amount });
}

function stutter(world: World): readonly TransactionPlan[] {
  const { random, cast } = world;
  const destAsset = random.pick(cast.currencies);
  const sender = world.idle(cast.wallets);
  const receiver = world.holder(destAsset, sender);
  if (sender === null || receiver === null) return [];
  const sendAmount = world.affordable(sender, NATIVE);
  const route = {
    destination: world.party(receiver),
    sendAsset: NATIVE,
    destAsset,
    path: [NATIVE, destAsset],
  };
  return draft(world, sender, { type: 'path_payment_strict_send', ...route, sendAmount, destMin: 1n });
}

/** One stroop more than the best offer takes: the next offer gets it and sells 0. */
function leaveDust(world: World): readonly TransactionPlan[] {
  const { random, cast, store } = world;
  const destAsset = random.pick(cast.currencies);
  const [best] = store.book(destAsset, NATIVE);
  const sender = world.idle([cast.root]);
  const receiver = world.holder(destAsset);
  if (best === undefined || sender === null || receiver === null) return [];
  const route = { destination: world.party(receiver), sendAsset: NATIVE, destAsset, path: [] };
  const sendAmount = proceeds(best) + 1n;
  return draft(world, sender, { type: 'path_payment_strict_send', ...route, sendAmount, destMin: 1n });
}
