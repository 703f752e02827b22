import { LedgerEntryData, LedgerEntryExt, LedgerKey, type LedgerKeyWire } from '@stellar/stellar-sdk/xdr';
import { entryWire, keyWire } from '../../state/entry-wire.ts';
import { base64 } from './base64.ts';
import { RpcError } from './rpc-error.ts';
import { requireXdrFormat, type Params } from './rpc-params.ts';
import type { RpcView } from './rpc-view.ts';
import { storeKeyOf } from './store-key.ts';

const MAX_KEYS = 200;
const TTL = 9;

/** The entries of the requested keys, in the order of the keys. */
export function getLedgerEntries(params: Params, { network, latest }: RpcView) {
  requireXdrFormat(params);
  const keys = requestedKeys(params['keys']);
  const entries = [...new Set(keys)].flatMap((key) => {
    const storeKey = storeKeyOf(ledgerKey(key, keys.indexOf(key)));
    const stored = storeKey === undefined ? undefined : network.store.stored(storeKey);
    // The store finds an offer by its number alone; the key names its seller too.
    if (stored === undefined || base64(LedgerKey.schema.encode(keyWire(stored.entry))) !== key) return [];
    const { lastModifiedLedgerSeq, data, ext } = entryWire(stored);
    return {
      key,
      xdr: base64(LedgerEntryData.schema.encode(data)),
      lastModifiedLedgerSeq,
      extXdr: base64(LedgerEntryExt.schema.encode(ext)),
    };
  });
  return { entries, latestLedger: latest.sequence };
}

function requestedKeys(keys: unknown): readonly string[] {
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) {
    throw new RpcError('invalidParams', 'invalid parameters: keys is not a list of strings');
  }
  if (keys.length > MAX_KEYS) {
    throw new RpcError('invalidParams', `key count (${keys.length}) exceeds maximum supported (${MAX_KEYS})`);
  }
  return keys;
}

function ledgerKey(key: string, index: number): LedgerKeyWire {
  const wire = decodeKey(key);
  if (wire === null)
    throw new RpcError('invalidParams', `cannot unmarshal key value ${key} at index ${index}`);
  if (wire.type === TTL) throw new RpcError('invalidParams', 'ledger ttl entries cannot be queried directly');
  return wire;
}

function decodeKey(key: string): LedgerKeyWire | null {
  try {
    return LedgerKey.schema.decode(Buffer.from(key, 'base64'));
  } catch {
    return null;
  }
}
