import { operationId } from '@stellar-insights/ledger';
import { LedgerHeader } from '@stellar/stellar-sdk/xdr';
import { hex } from '../../digest.ts';
import type { RetainedLedger } from '../ledger-history.ts';
import type { HorizonRequest, HorizonSources } from './resource.ts';
import { page, pageQuery } from './page.ts';
import { invalidField, HorizonProblemError } from './problem.ts';
import { amount, links, time } from './spelling.ts';

export function ledgers(request: HorizonRequest, { history }: HorizonSources): object {
  const { cursor, order } = pageQuery(request.query);
  const { oldest, latest } = history;
  if (order === 'desc' && cursor !== '' && BigInt(keyOf(cursor) ?? 0) < BigInt(token(oldest))) {
    throw new HorizonProblemError('before_history');
  }
  const rows = Array.from(history.range(oldest.sequence, latest.sequence), (one) => ({
    token: token(one),
    key: token(one).padStart(19, '0'),
    record: () => ledgerRecord(one, request.base),
  }));
  return page(request, rows, keyOf);
}

export function ledger({ base }: HorizonRequest, { history }: HorizonSources, id: string): object {
  if (!/^\d{1,10}$/.test(id)) throw invalidField('ledger_id', 'a ledger is named by its sequence');
  if (Number(id) < history.oldest.sequence) throw new HorizonProblemError('before_history');
  const retained = history.get(Number(id));
  if (retained === undefined) throw new HorizonProblemError('not_found');
  return ledgerRecord(retained, base);
}

/** A ledger's place among all operations (SEP-35). */
function token({ sequence }: RetainedLedger): string {
  return String(operationId(sequence, 0, 0));
}

function keyOf(cursor: string): string | null {
  return /^\d{1,19}$/.test(cursor) ? cursor.padStart(19, '0') : null;
}

function ledgerRecord(one: RetainedLedger, base: string): object {
  const { header } = one.header;
  return {
    _links: links(`${base}/ledgers/${one.sequence}`, 'transactions', 'operations', 'payments', 'effects'),
    id: one.hash,
    paging_token: token(one),
    hash: one.hash,
    prev_hash: hex(header.previousLedgerHash),
    sequence: one.sequence,
    successful_transaction_count: one.transactions.succeeded,
    failed_transaction_count: one.transactions.failed,
    operation_count: one.operations.succeeded,
    tx_set_operation_count: one.operations.all,
    closed_at: time(one.closeTime),
    total_coins: amount(header.totalCoins),
    fee_pool: amount(header.feePool),
    base_fee_in_stroops: header.baseFee,
    base_reserve_in_stroops: header.baseReserve,
    max_tx_set_size: header.maxTxSetSize,
    protocol_version: header.ledgerVersion,
    header_xdr: Buffer.from(LedgerHeader.schema.encode(header)).toString('base64'),
  };
}
