import type { OperationResultTrWire } from '@stellar/stellar-sdk/xdr';
import type { Authorization } from '../state/entries.ts';
import { failed, succeeded, type OperationContext, type Outcome } from './outcome.ts';
import type { OperationBody } from './operation.ts';

const AUTH_REVOCABLE = 2;
const RANKS: Readonly<Record<Authorization, number>> = {
  unauthorized: 0,
  maintain_liabilities: 1,
  authorized: 2,
};

/** Codes by the operation that has them. */
const CODES = {
  ALLOW_TRUST: { SUCCESS: 0, NO_TRUST_LINE: -2, CANT_REVOKE: -4 },
  SET_TRUST_LINE_FLAGS: { SUCCESS: 0, NO_TRUST_LINE: -2, CANT_REVOKE: -3 },
} as const;

/** An issuer says what a holder of its asset may do: by AllowTrust until protocol 16, by SetTrustLineFlags since. */
export function applySetAuthorization(
  { store, source, protocol }: OperationContext,
  { trustor, asset, authorization }: Extract<OperationBody, { type: 'set_authorization' }>,
): Outcome {
  const end = (ending: keyof (typeof CODES)['ALLOW_TRUST']): Outcome => {
    const name = protocol < 17 ? 'ALLOW_TRUST' : 'SET_TRUST_LINE_FLAGS';
    const result: OperationResultTrWire =
      name === 'ALLOW_TRUST'
        ? { type: 7, allowTrustResult: { code: CODES[name][ending] } }
        : { type: 21, setTrustLineFlagsResult: { code: CODES[name][ending] } };
    const code = `${name}_${ending}`;
    return ending === 'SUCCESS' ? succeeded(code, result) : failed(code, 'sender', result);
  };
  const line = store.trustline(trustor.id, asset);
  if (line === undefined) return end('NO_TRUST_LINE');
  const isRevocable = ((store.account(source.id)?.flags ?? 0) & AUTH_REVOCABLE) !== 0;
  if (RANKS[authorization] < RANKS[line.authorization] && !isRevocable) return end('CANT_REVOKE');
  if (authorization === 'unauthorized' && line.liabilities.selling + line.liabilities.buying > 0n) {
    throw new Error(
      `found offers of ${trustor.id} in ${asset.id}, expected none: their removal is not simulated`,
    );
  }
  store.put({ ...line, authorization });
  return end('SUCCESS');
}
