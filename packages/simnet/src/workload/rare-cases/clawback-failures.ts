import type { Hash } from '@stellar-insights/ledger';
import { hex } from '../../digest.ts';
import type { KeyPair } from '../../key-pair.ts';
import type { OperationBody } from '../../operations/operation.ts';
import { NATIVE, type CreditAsset } from '../../state/asset.ts';
import { approvedOnce } from '../accounts.ts';
import { findBalance } from '../claimable-balances.ts';
import { CLAWBACK_PROTOCOL } from '../clawbacks.ts';
import { draft, operation, type Scenario } from '../draft.ts';
import type { World } from '../world.ts';
import type { RareCase } from './rare-case.ts';

/** Clawbacks that fail. Only the issuer of the restricted asset may take anything back. */
export const CLAWBACK_FAILURES: readonly RareCase[] = [
  rareCase(
    'CLAWBACK_MALFORMED',
    byIssuerOf('restricted', (world, asset) =>
      from(world, world.random.pick(approvedOnce(world)), asset, 0n),
    ),
  ),
  rareCase(
    'CLAWBACK_NOT_CLAWBACK_ENABLED',
    byIssuerOf('dollar', (world, asset) => from(world, world.random.pick(world.cast.wallets), asset, 1n)),
  ),
  rareCase(
    'CLAWBACK_NO_TRUST',
    byIssuerOf('restricted', (world, asset) =>
      from(world, world.random.pick(world.cast.strangers), asset, 1n),
    ),
  ),
  rareCase(
    'CLAWBACK_UNDERFUNDED',
    byIssuerOf('restricted', (world, asset) => {
      const holder = world.random.pick(approvedOnce(world));
      const held = world.store.trustline(holder.id, asset)?.balance ?? 0n;
      return from(world, holder, asset, held + 1n);
    }),
  ),
  rareCase(
    'CLAWBACK_CLAIMABLE_BALANCE_DOES_NOT_EXIST',
    byIssuerOf('restricted', ({ random }) => unclaimed(hex(random.bytes(32)))),
  ),
  rareCase('CLAWBACK_CLAIMABLE_BALANCE_NOT_ISSUER', (world) => {
    const found = findBalance(world, () => true);
    const bot = found === null ? null : world.idle(world.cast.bots);
    return found === null || bot === null ? [] : draft(world, bot, unclaimed(found.id));
  }),
  rareCase(
    'CLAWBACK_CLAIMABLE_BALANCE_NOT_CLAWBACK_ENABLED',
    byIssuerOf('dollar', (world, asset) => {
      const found = findBalance(world, (one) => one.asset.id === asset.id);
      return found === null ? null : unclaimed(found.id);
    }),
  ),
  rareCase('a clawback that is rolled back', rolledBack),
];

function rareCase(name: string, scenario: Scenario): RareCase {
  return { name, from: CLAWBACK_PROTOCOL, scenario };
}

function byIssuerOf(
  which: 'restricted' | 'dollar',
  body: (world: World, asset: CreditAsset) => OperationBody | null,
): Scenario {
  return (world) => {
    const asset = world.cast[which];
    const work = body(world, asset);
    const issuer = work === null ? null : world.idle([asset.issuer]);
    return work === null || issuer === null ? [] : draft(world, issuer, work);
  };
}

/** The issuer takes something back and then pays more than it has. */
function rolledBack(world: World) {
  const asset = world.cast.restricted;
  const issuer = world.idle([asset.issuer]);
  const receiver = world.holder(NATIVE);
  if (issuer === null || receiver === null) return [];
  const taken = from(world, world.random.pick(approvedOnce(world)), asset, 1n);
  const { balance: whole = 0n } = world.store.account(issuer.id) ?? {};
  const payment = { destination: world.party(receiver), asset: NATIVE, amount: whole };
  return draft(world, issuer, [operation(taken), operation({ type: 'payment', ...payment })]);
}

function from(world: World, holder: KeyPair, asset: CreditAsset, amount: bigint): OperationBody {
  return { type: 'clawback', from: world.party(holder), asset, amount };
}

function unclaimed(balanceId: Hash): OperationBody {
  return { type: 'clawback_claimable_balance', balanceId };
}
