/* How clients spell the names of things, as parts of regular expressions. */

/** `native` or `CODE:ISSUER`. In a malformed operation, a byte of the code that is no letter or digit is `\xNN`. */
export const ASSET_PATTERN = String.raw`(native|([A-Za-z0-9]|\\x[0-9a-f]{2}){0,12}:G[A-Z2-7]{55})`;
/** `G…`. */
export const ACCOUNT_PATTERN = 'G[A-Z2-7]{55}';
/** `M…`. */
export const MUXED_PATTERN = 'M[A-Z2-7]{68}';
/** `C…`. */
export const CONTRACT_PATTERN = 'C[A-Z2-7]{55}';
/** What can hold an asset (SEP-23): an account, muxed or not, a contract, a claimable balance or a pool. */
export const ADDRESS_PATTERN = `(${ACCOUNT_PATTERN}|${MUXED_PATTERN}|${CONTRACT_PATTERN}|B[A-Z2-7]{57}|L[A-Z2-7]{55})`;
/** The domain under which an anchor was first seen, in lower case, with a number if another one had it before. */
export const ANCHOR_PATTERN = String.raw`[a-z0-9-]+(\.[a-z0-9-]+)+(_[0-9]+)?`;
/** The hash of a liquidity pool, in lower case as all hashes that answers have. */
export const POOL_PATTERN = '[0-9a-f]{64}';
