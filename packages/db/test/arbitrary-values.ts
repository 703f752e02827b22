import fc from 'fast-check';
import {
  accountOfKey,
  addressOfKey,
  BLAMES,
  type AssetId,
  type Hash,
  type Memo,
  type PaymentFailure,
  type PoolId,
  type ResultCode,
  type Stroops,
} from '@stellar-insights/ledger';

/* Values that facts are made of, with whatever their types allow. */

export const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
export const account = bytes32.map((key) => accountOfKey(key));
/** An account, or a contract, balance, pool or muxed account by its version and key. */
export const address = fc.oneof(
  account,
  ...(
    [
      [2, 32],
      [1, 33],
      [11, 32],
      [12, 40],
    ] as const
  ).map(([version, length]) =>
    fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((key) => addressOfKey(Uint8Array.of(version << 3, ...key))),
  ),
);
export const int128 = fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n });
export const hash = bytes32.map((digest) => Buffer.from(digest).toString('hex') as Hash);
export const stroops = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .map((amount) => amount as Stroops);
export const pool = hash.map((id: string) => id as PoolId);
export const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
export const muxedId = fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
/** With a code of letters and digits, or one that has other bytes. */
export const asset = fc.oneof(
  fc.constant('native' as AssetId),
  fc
    .tuple(fc.stringMatching(/^([A-Za-z0-9]|\\x[0-9a-f]{2}){1,12}$/), account)
    .map(([code, issuer]) => `${code}:${issuer}` as AssetId),
);
/** Known, or of a protocol to come. */
export const resultCode = fc
  .oneof(
    fc.constantFrom('PAYMENT_SUCCESS', 'PAYMENT_LINE_FULL', 'txFAILED', 'opNO_ACCOUNT'),
    fc.integer({ min: -99, max: 99 }).map((code) => `op_13_(${code})`),
  )
  .map((code) => code as ResultCode);
export const failure: fc.Arbitrary<PaymentFailure | null> = fc.option(
  fc.record({
    reason: resultCode,
    cause: fc.option(fc.record({ operationIndex: fc.integer({ min: 1, max: 100 }), code: resultCode })),
    blame: fc.constantFrom(...BLAMES),
  }),
);
export const memo: fc.Arbitrary<Memo> = fc.oneof(
  fc.constant({ type: 'none' } as const),
  fc
    .oneof(
      fc.uint8Array({ maxLength: 28 }),
      fc.string({ maxLength: 7, unit: 'binary' }).map((text) => new Uint8Array(Buffer.from(text))),
    )
    .map((bytes) => ({
      type: 'text' as const,
      text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
      bytes: Buffer.from(bytes).toString('base64'),
    })),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((id) => ({ type: 'id' as const, id })),
  fc.record({ type: fc.constantFrom('hash' as const, 'return' as const), hash }),
);
