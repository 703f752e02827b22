import type { KeyPair } from '../key-pair.ts';
import { NATIVE } from '../state/asset.ts';
import type { Authorization } from '../state/entries.ts';
import { MAX_AMOUNT } from '../state/holdings.ts';
import type { TransactionPlan } from '../transactions/plan.ts';
import type { Anchor } from './cast.ts';
import { draft, operation, type Scenario } from './draft.ts';
import { UNIT } from './genesis.ts';
import type { World } from './world.ts';

/** A wallet opens an account for somebody new. */
export const createAccount: Scenario = (world) => {
  const sponsor = world.idle(world.cast.wallets);
  if (sponsor === null) return [];
  const destination = world.nobody();
  world.newcomers.push(destination);
  const startingBalance = BigInt(world.random.integer(2, 40)) * UNIT;
  return draft(world, sponsor, { type: 'create_account', destination, startingBalance });
};

/** A newcomer leaves, and takes its money to a wallet. */
export const mergeAccount: Scenario = (world) => {
  const leaver = world.idle(world.newcomers.slice(0, -10));
  const heir = world.holder(NATIVE);
  if (leaver === null || heir === null) return [];
  return draft(world, leaver, { type: 'account_merge', destination: world.party(heir) });
};

/** A wallet begins to trust an asset, or ends it. */
export const changeTrust: Scenario = (world) => {
  const { random, cast, store } = world;
  const wallet = world.idle(cast.wallets);
  if (wallet === null) return [];
  const asset = random.pick(cast.currencies.slice(1));
  const line = store.trustline(wallet.id, asset);
  const limit = line?.balance === 0n ? 0n : MAX_AMOUNT;
  return draft(world, wallet, { type: 'change_trust', asset, limit });
};

/** An anchor approves a holder of its asset and pays it a first amount, in one transaction that both sign. */
export const approve: Scenario = (world) => {
  const { cast } = world;
  const asset = cast.restricted;
  const applicant = world.idle(cast.regulars);
  if (applicant === null) return [];
  const issuer = { account: asset.issuer, muxedId: null };
  return draft(world, applicant, [
    operation({ type: 'change_trust', asset, limit: MAX_AMOUNT }),
    operation(
      { type: 'set_authorization', trustor: applicant, asset, authorization: 'authorized' },
      { source: issuer },
    ),
    operation(
      { type: 'payment', destination: world.party(applicant), asset, amount: 200n * UNIT },
      { source: issuer },
    ),
  ]);
};

/** An anchor reviews a holder of its asset: it takes its approval back, wholly or in part, or gives it again. */
export const review: Scenario = (world) => {
  const { cast, random, protocol } = world;
  const asset = cast.restricted;
  const issuer = world.idle([asset.issuer]);
  if (issuer === null) return [];
  const trustor = random.pick(approvedOnce(world));
  const allowed: Authorization[] = ['authorized', 'unauthorized'];
  if (protocol >= 13) allowed.push('maintain_liabilities');
  const authorization = random.pick(allowed);
  return draft(world, issuer, { type: 'set_authorization', trustor, asset, authorization });
};

/** A holder pays another one in the asset that needs approval, whether or not both still have it. */
export const payRestricted: Scenario = (world) => {
  const { cast, store, random } = world;
  const asset = cast.restricted;
  const holders = approvedOnce(world);
  const sender = world.idle(holders);
  if (sender === null) return [];
  const balance = store.trustline(sender.id, asset)?.balance ?? 0n;
  const amount = random.share(balance, 0.001, 0.02) + 1n;
  const destination = world.party(random.pick(holders.filter(({ id }) => id !== sender.id)));
  return draft(world, sender, { type: 'payment', destination, asset, amount });
};

/** Regulars that the issuer of the restricted asset approved, whether or not it still does. */
export function approvedOnce({ cast, store }: World): readonly KeyPair[] {
  return cast.regulars.filter(({ id }) => store.trustline(id, cast.restricted) !== undefined);
}

/** An anchor confirms, or moves, its home domain. */
export const setHomeDomain: Scenario = (world) => {
  const { homeDomain, nextDomain, asset } = world.random.pick(world.cast.anchors);
  const issuer = world.idle([asset.issuer]);
  if (issuer === null) return [];
  const domain = world.random.chance(0.2) ? nextDomain : homeDomain;
  return draft(world, issuer, { type: 'set_options', homeDomain: domain });
};

/** An anchor moves its home domain to a certain one. */
export function moveHome(world: World, { asset }: Anchor, homeDomain: string): readonly TransactionPlan[] {
  const issuer = world.idle([asset.issuer]);
  return issuer === null ? [] : draft(world, issuer, { type: 'set_options', homeDomain });
}
