import { approvedOnce } from './accounts.ts';
import { findBalance } from './claimable-balances.ts';
import { draft, type Scenario } from './draft.ts';

/** The first protocol with clawbacks. */
export const CLAWBACK_PROTOCOL = 17;

/** An anchor takes back some of its restricted asset: from a holder, or a balance that nobody has claimed. */
export const clawBack: Scenario = (world) => {
  const { random, cast, store, protocol } = world;
  const asset = cast.restricted;
  const issuer = protocol < CLAWBACK_PROTOCOL ? null : world.idle([asset.issuer]);
  if (issuer === null) return [];
  const balance = random.chance(0.4) ? findBalance(world, (one) => one.asset.id === asset.id) : null;
  if (balance !== null) {
    return draft(world, issuer, { type: 'clawback_claimable_balance', balanceId: balance.id });
  }
  const holder = random.pick(approvedOnce(world));
  const amount = random.share(store.trustline(holder.id, asset)?.balance ?? 0n, 0.001, 0.05) + 1n;
  return draft(world, issuer, { type: 'clawback', from: world.party(holder), asset, amount });
};
