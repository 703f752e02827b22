import { NATIVE } from '../state/asset.ts';
import { draft, operation, type Scenario } from './draft.ts';

/** A wallet pays another. */
export const pay: Scenario = (world) => {
  const { random, cast } = world;
  const asset = random.chance(0.4) ? NATIVE : random.pick(cast.currencies);
  const sender = world.idle(cast.wallets);
  const receiver = world.holder(asset, sender);
  if (sender === null || receiver === null || !world.holds(sender, asset)) return [];
  const destination = world.party(receiver);
  return draft(world, sender, {
    type: 'payment',
    destination,
    asset,
    amount: world.affordable(sender, asset),
  });
};

/** An anchor pays out what somebody deposited with it. */
export const deposit: Scenario = (world) => {
  const anchor = world.random.pick(world.cast.anchors.filter(({ approvesHolders }) => !approvesHolders));
  const issuer = world.idle([anchor.asset.issuer]);
  const receiver = world.holder(anchor.asset);
  if (issuer === null || receiver === null) return [];
  const amount = BigInt(world.random.integer(1, 500)) * 1_234_567n;
  const destination = world.party(receiver);
  return draft(world, issuer, { type: 'payment', destination, asset: anchor.asset, amount });
};

/** A wallet gives an asset back to its issuer, muxed id or memo saying whose account to credit. */
export const redeem: Scenario = (world) => {
  const asset = world.random.pick(world.cast.currencies);
  const sender = world.idle(world.cast.wallets);
  if (sender === null || !world.holds(sender, asset)) return [];
  const destination = world.party(asset.issuer);
  return draft(world, sender, {
    type: 'payment',
    destination,
    asset,
    amount: world.affordable(sender, asset),
  });
};

/** One transaction pays many; some operations act for another account, which signs too. */
export const payMany: Scenario = (world) => {
  const { random, cast } = world;
  const asset = random.pick(cast.currencies);
  const channel = world.idle(cast.wallets);
  if (channel === null) return [];
  const operations = Array.from({ length: random.integer(2, 8) }, () => {
    const payer = random.chance(0.5) ? world.holder(asset) : asset.issuer;
    const receiver = world.holder(asset);
    if (payer === null || receiver === null) return [];
    const amount = BigInt(random.integer(1, 100_000));
    const body = { type: 'payment', destination: world.party(receiver), asset, amount } as const;
    return [operation(body, { source: world.party(payer) })];
  }).flat();
  return operations.length === 0 ? [] : draft(world, channel, operations);
};

/** A wallet pays itself, perhaps under another muxed id. */
export const paySelf: Scenario = (world) => {
  const { random, cast } = world;
  const asset = random.chance(0.5) ? NATIVE : random.pick(cast.currencies);
  const wallet = world.idle(cast.wallets);
  if (wallet === null || !world.holds(wallet, asset)) return [];
  const destination = world.party(wallet);
  return draft(world, wallet, {
    type: 'payment',
    destination,
    asset,
    amount: world.affordable(wallet, asset),
  });
};
