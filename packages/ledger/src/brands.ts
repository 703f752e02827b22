declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A ledger's number, 1 to 2^32 − 1. */
export type LedgerSequence = Branded<number, 'LedgerSequence'>;
/** 32 bytes as 64 lower-case hex digits. */
export type Hash = Branded<string, 'Hash'>;
/** A classic account, `G…`. A muxed account is its `G…` account, with the id in a field of its own. */
export type AccountId = Branded<string, 'AccountId'>;
/** `native`, or `CODE:ISSUER`. */
export type AssetId = Branded<string, 'AssetId'>;
/** A contract, `C…`. */
export type ContractId = Branded<string, 'ContractId'>;
/** Whoever a contract can name (SEP-23): an account `G…` or `M…`, a contract `C…`, a claimable balance `B…`, a pool `L…`. */
export type Address = AccountId | ContractId | Branded<string, 'Address'>;
/** A liquidity pool: its hash as 64 lower-case hex digits. */
export type PoolId = Branded<string, 'PoolId'>;
/** An int64 amount in the asset's smallest unit: 1 unit = 10^7 stroops. */
export type Stroops = Branded<bigint, 'Stroops'>;
/** `ledger · 2^32 + transaction index · 2^12 + operation index`, both indices counted from 1 (SEP-35). */
export type OperationId = Branded<bigint, 'OperationId'>;
/**
 * A result code spelled as in the protocol's `.x` files, e.g. `PAYMENT_LINE_FULL`, `opNO_ACCOUNT`, `txBAD_SEQ`.
 */
export type ResultCode = Branded<string, 'ResultCode'>;
