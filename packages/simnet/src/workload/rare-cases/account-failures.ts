import type { KeyPair } from '../../key-pair.ts';
import { NATIVE } from '../../state/asset.ts';
import type { TransactionPlan } from '../../transactions/plan.ts';
import { draft, operation, type Scenario } from '../draft.ts';
import { UNIT } from '../genesis.ts';
import type { World } from '../world.ts';
import type { RareCase } from './rare-case.ts';

/** Accounts that cannot be created or merged. */
export const ACCOUNT_FAILURES: readonly RareCase[] = [
  { name: 'CREATE_ACCOUNT_MALFORMED', scenario: creating((world) => [world.nobody(), 0n]) },
  { name: 'CREATE_ACCOUNT_UNDERFUNDED', scenario: creating((world) => [world.nobody(), 1_000_000n * UNIT]) },
  { name: 'CREATE_ACCOUNT_LOW_RESERVE', scenario: creating((world) => [world.nobody(), UNIT / 2n]) },
  { name: 'CREATE_ACCOUNT_ALREADY_EXIST', scenario: creating(({ cast }) => [cast.root, UNIT]) },
  { name: 'ACCOUNT_MERGE_MALFORMED', scenario: merging(newcomer, (_, leaver) => leaver) },
  { name: 'ACCOUNT_MERGE_NO_ACCOUNT', scenario: merging(newcomer, (world) => world.nobody()) },
  {
    name: 'ACCOUNT_MERGE_IMMUTABLE_SET',
    scenario: merging(
      ({ cast }) => [cast.vault],
      ({ cast }) => cast.root,
    ),
  },
  {
    name: 'ACCOUNT_MERGE_HAS_SUB_ENTRIES',
    scenario: merging(
      ({ cast }) => cast.wallets,
      ({ cast }) => cast.root,
    ),
  },
  { name: 'ACCOUNT_MERGE_SEQNUM_TOO_FAR', scenario: mergeWhatIsBrandNew },
  { name: 'ACCOUNT_MERGE_DEST_FULL', scenario: merging(newcomer, ({ cast }) => cast.hoarder) },
  { name: 'ACCOUNT_MERGE_IS_SPONSOR', from: 14, scenario: mergeSponsor },
  { name: 'PAYMENT_LINE_FULL in native', scenario: payHoarder },
];

function creating(whom: (world: World) => [destination: KeyPair, startingBalance: bigint]): Scenario {
  return (world) => {
    const sponsor = world.idle(world.cast.wallets);
    if (sponsor === null) return [];
    const [destination, startingBalance] = whom(world);
    return draft(world, sponsor, { type: 'create_account', destination, startingBalance });
  };
}

function merging(
  leavers: (world: World) => readonly KeyPair[],
  heir: (world: World, leaver: KeyPair) => KeyPair,
): Scenario {
  return (world) => {
    const leaver = world.idle(leavers(world));
    if (leaver === null) return [];
    return draft(world, leaver, { type: 'account_merge', destination: world.party(heir(world, leaver)) });
  };
}

function newcomer({ newcomers }: World): readonly KeyPair[] {
  return newcomers.slice(0, -10);
}

/** An account may be merged only in a later ledger than it was made in. */
function mergeWhatIsBrandNew(world: World): readonly TransactionPlan[] {
  const sponsor = world.idle(world.cast.wallets);
  if (sponsor === null) return [];
  const destination = world.nobody();
  const source = { account: destination, muxedId: null };
  return draft(world, sponsor, [
    operation({ type: 'create_account', destination, startingBalance: 2n * UNIT }),
    operation({ type: 'account_merge', destination: world.party(sponsor) }, { source }),
  ]);
}

/** The sponsor of a claimable balance cannot be merged. */
function mergeSponsor(world: World): readonly TransactionPlan[] {
  const leaver = world.idle(newcomer(world));
  const heir = world.holder(NATIVE);
  if (leaver === null || heir === null) return [];
  return draft(world, leaver, [
    operation({ type: 'create_claimable_balance', asset: NATIVE, amount: 1n, claimants: [heir] }),
    operation({ type: 'account_merge', destination: world.party(heir) }),
  ]);
}

/** Its buying liabilities leave no room for a large payment. */
function payHoarder(world: World): readonly TransactionPlan[] {
  const { cast } = world;
  const sender = world.idle(cast.makers);
  if (sender === null) return [];
  const destination = world.party(cast.hoarder);
  return draft(world, sender, { type: 'payment', destination, asset: NATIVE, amount: 1_000n * UNIT });
}
