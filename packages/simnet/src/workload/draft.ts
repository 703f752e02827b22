import type { KeyPair } from '../key-pair.ts';
import type { Operation, OperationBody } from '../operations/operation.ts';
import type { Random } from '../random.ts';
import type { PlannedMemo, TransactionPlan } from '../transactions/plan.ts';
import type { World } from './world.ts';

/** No transaction, one, or several that are applied in this order. */
export type Scenario = (world: World) => readonly TransactionPlan[];

/** A transaction with the variety of real ones: memos, muxed accounts, fee bumps, different bids. */
export function draft(
  world: World,
  source: KeyPair,
  work: OperationBody | readonly Operation[],
  change: Partial<TransactionPlan> = {},
): readonly TransactionPlan[] {
  const { random, cast, protocol } = world;
  const operations = 'type' in work ? [operation(work)] : work;
  const bumped = protocol >= 13 && random.chance(0.05) ? random.pick(cast.feeSponsors) : null;
  return [
    {
      source: world.party(source),
      operations,
      memo: memo(random),
      bid: random.pick([100n, 100n, 200n, 1_000n]),
      feeBump: bumped === null ? null : { source: world.party(bumped), forged: false },
      sequenceOffset: 0n,
      timeBounds: random.chance(0.3) ? { minTime: 0, maxTime: world.closeTime + 300 } : null,
      minSequenceAge: null,
      forgedSignatures: [],
      needlessSignature: null,
      fate: null,
      ...change,
    },
  ];
}

export function operation(body: OperationBody, more: Partial<Operation> = {}): Operation {
  return { source: null, body, ...more };
}

const TEXTS = ['', 'invoice 4711', 'über-weisung ✓', '送金', 'a'.repeat(28)];

function memo(random: Random): PlannedMemo {
  const kind = random.pick([
    'none',
    'none',
    'none',
    'text',
    'text',
    'bytes',
    'id',
    'id',
    'hash',
    'return',
  ] as const);
  switch (kind) {
    case 'none':
      return { type: 'none' };
    case 'text':
      return { type: 'text', bytes: Buffer.from(random.pick(TEXTS)) };
    case 'bytes':
      return { type: 'text', bytes: random.bytes(random.integer(1, 28)) };
    case 'id':
      return { type: 'id', id: random.chance(0.5) ? random.uint64() : BigInt(random.integer(0, 99_999)) };
    case 'hash':
    case 'return':
      return { type: kind, bytes: random.bytes(32) };
  }
}
