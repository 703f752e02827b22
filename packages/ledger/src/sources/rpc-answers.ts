import { LedgerError } from '../errors.ts';
import { LAST_LEDGER } from '../sequence.ts';

export interface RpcHealth {
  readonly latestLedger: number;
  readonly oldestLedger: number;
  /** Unix milliseconds; older RPCs do not say. */
  readonly latestClosedAt: number | undefined;
  /** How many ledgers it keeps in the long run; undefined if it does not say. */
  readonly retention: number | undefined;
}

export interface RpcLedger {
  readonly sequence: number;
  readonly hash: string;
  /** Base64 of one `LedgerCloseMeta`. */
  readonly metadataXdr: string;
}

export interface RpcPage {
  readonly ledgers: readonly RpcLedger[];
  readonly cursor: string;
}

export function rpcInvalidResponse(
  found: string,
  expected: string,
  ledger?: number,
  action = 'check that the URL is that of a Stellar RPC, or use another one',
): LedgerError {
  const facts = { found, expected, action, ...(ledger !== undefined && { ledger }) };
  return new LedgerError('rpc_invalid_response', facts);
}

/** The answer of `getNetwork`. */
export function parsePassphrase(result: unknown): string {
  const passphrase = isRecord(result) ? result['passphrase'] : undefined;
  if (typeof passphrase === 'string' && passphrase !== '') return passphrase;
  throw rpcInvalidResponse(`getNetwork's passphrase ${quote(passphrase)}`, 'a passphrase');
}

/** The answer of `getHealth`. */
export function parseHealth(result: unknown, ledger?: number): RpcHealth {
  const fields = isRecord(result) ? result : {};
  const { latestLedger, oldestLedger, ledgerRetentionWindow: window } = fields;
  if (isSequence(latestLedger) && isSequence(oldestLedger)) {
    const latestClosedAt = closeTime(fields['latestLedgerCloseTime']);
    const retention = isSequence(window) && window > 0 ? window : undefined;
    return { latestLedger, oldestLedger, latestClosedAt, retention };
  }
  const found = `getHealth's latestLedger ${quote(latestLedger)} and oldestLedger ${quote(oldestLedger)}`;
  throw rpcInvalidResponse(found, 'two ledger numbers', ledger);
}

/** The answer of `getLatestLedger`. */
export function parseLatestLedger(result: unknown): Pick<RpcHealth, 'latestLedger' | 'latestClosedAt'> {
  const { sequence, closeTime: seconds } = isRecord(result) ? result : {};
  if (isSequence(sequence)) return { latestLedger: sequence, latestClosedAt: closeTime(seconds) };
  throw rpcInvalidResponse(`getLatestLedger's sequence ${quote(sequence)}`, 'a ledger number');
}

/** The answer of `getLedgers`: the ledgers from `next` on without a gap, at most `limit`. */
export function parsePage(result: unknown, next: number, limit: number): RpcPage {
  const { ledgers, cursor } = isRecord(result) ? result : {};
  if (!Array.isArray(ledgers) || ledgers.length > limit) {
    const found = Array.isArray(ledgers) ? `${ledgers.length} ledgers` : `ledgers ${quote(ledgers)}`;
    throw rpcInvalidResponse(`${found} in the page`, `a list of at most ${limit} ledgers`, next);
  }
  if (typeof cursor !== 'string' || cursor === '') {
    throw rpcInvalidResponse(`the page's cursor ${quote(cursor)}`, 'a text', next);
  }
  return { ledgers: ledgers.map((entry: unknown, index) => parseLedger(entry, next + index)), cursor };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseLedger(entry: unknown, expected: number): RpcLedger {
  const { sequence, hash, metadataXdr } = isRecord(entry) ? entry : {};
  if (sequence !== expected) {
    throw rpcInvalidResponse(
      `ledger ${quote(sequence)} in the page`,
      `ledger ${expected} at its place`,
      expected,
    );
  }
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) {
    throw rpcInvalidResponse(`the hash ${quote(hash)}`, '64 lower-case hex digits', expected);
  }
  if (typeof metadataXdr !== 'string') {
    throw rpcInvalidResponse(`the metadataXdr ${quote(metadataXdr)}`, 'base64', expected);
  }
  return { sequence: expected, hash, metadataXdr };
}

function isSequence(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LAST_LEDGER;
}

/** Unix seconds, as a number or a text, in milliseconds. */
function closeTime(seconds: unknown): number | undefined {
  const isText = typeof seconds === 'string' && /^\d{1,11}$/.test(seconds);
  const value = isText ? Number(seconds) : seconds;
  return typeof value === 'number' && value > 0 ? value * 1000 : undefined;
}

function quote(value: unknown): string {
  return (JSON.stringify(value) ?? 'absent').slice(0, 80);
}
