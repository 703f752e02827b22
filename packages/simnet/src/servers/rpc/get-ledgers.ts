import { LedgerHeaderHistoryEntry } from '@stellar/stellar-sdk/xdr';
import type { RetainedLedger } from '../ledger-history.ts';
import { base64 } from './base64.ts';
import { RpcError } from './rpc-error.ts';
import { paramsOf, requireXdrFormat, textParam, uint32Param, type Params } from './rpc-params.ts';
import { rangeOf, type RpcView } from './rpc-view.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** A page of ledgers, from `startLedger` or from behind `pagination.cursor`. */
export function getLedgers(params: Params, view: RpcView) {
  requireXdrFormat(params);
  const pagination = paramsOf(params['pagination'], 'pagination');
  const start = uint32Param(params, 'startLedger');
  const cursor = textParam(pagination, 'cursor');
  const limit = uint32Param(pagination, 'limit');

  if (cursor !== '' && start !== 0) {
    throw invalidRequest(`startLedger (${start}) and cursor (${cursor}) cannot both be set`);
  }
  if (cursor === '' && !isWithin(start, view)) {
    throw invalidRequest(`start ledger (${start}) must be between ${describe(view)}`);
  }
  if (limit > MAX_LIMIT) throw invalidRequest(`limit must not exceed ${MAX_LIMIT}`);

  const first = cursor === '' ? start : afterCursor(cursor, view);
  const last = Math.min(first + (limit === 0 ? DEFAULT_LIMIT : limit) - 1, view.latest.sequence);
  const ledgers = Array.from(view.history.range(first, last), ledgerInfo);
  return { ledgers, ...rangeOf(view), cursor: String(last) };
}

/** A cursor at the tip has nothing behind it yet: an error, not an empty page. */
function afterCursor(cursor: string, view: RpcView): number {
  const next = /^\d{1,10}$/.test(cursor) ? Number(cursor) + 1 : Number.NaN;
  if (isWithin(next, view)) return next;
  throw new RpcError('invalidParams', `cursor ('${cursor}') must be between ${describe(view)}`);
}

function isWithin(sequence: number, { oldest, latest }: RpcView): boolean {
  return sequence >= oldest.sequence && sequence <= latest.sequence;
}

function describe({ oldest, latest }: RpcView): string {
  return `the oldest ledger: ${oldest.sequence} and the latest ledger: ${latest.sequence} for this rpc instance`;
}

function invalidRequest(message: string): RpcError {
  return new RpcError('invalidRequest', message);
}

function ledgerInfo({ hash, sequence, closeTime, header, bytes }: RetainedLedger) {
  return {
    hash,
    sequence,
    ledgerCloseTime: String(closeTime),
    headerXdr: base64(LedgerHeaderHistoryEntry.schema.encode(header)),
    metadataXdr: base64(bytes),
  };
}
