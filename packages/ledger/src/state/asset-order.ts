import type { TokenOrder } from './horizon-listing.ts';

interface Order {
  (left: AssetToken, right: AssetToken): boolean;
}

interface AssetToken {
  readonly code: string;
  readonly issuer: string;
}

/**
 * The order of `/assets`: by code, then issuer, as the database of that Horizon collates texts, which is by code unit or
 * regardless of case. The records themselves show which: one that follows in only one of the two orders decides.
 */
export function assetOrder(): TokenOrder {
  let possible: readonly Order[] = [byCodeUnit, ignoringCase];
  return (left, right) => {
    if (left === right) return false;
    const [one, other] = [parseToken(left), parseToken(right)];
    const agreeing = possible.filter((isBehind) => isBehind(one, other));
    if (agreeing.length > 0) possible = agreeing;
    return agreeing.length > 0;
  };
}

/** `CODE_ISSUER_TYPE`, where the type follows from the code. */
function parseToken(token: string): AssetToken {
  const [code = '', issuer = ''] = token.split('_');
  return { code, issuer };
}

const byCodeUnit: Order = (left, right) =>
  left.code === right.code ? left.issuer < right.issuer : left.code < right.code;

/** Which of `usd` and `USD` comes first differs from collation to collation. */
const ignoringCase: Order = (left, right) => {
  const [one, other] = [left.code.toLowerCase(), right.code.toLowerCase()];
  if (one !== other) return one < other;
  return left.code === right.code ? left.issuer < right.issuer : true;
};
