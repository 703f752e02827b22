import { Asset } from '@stellar/stellar-sdk/base';
import { accountOfKey, poolAssets, type AssetId } from '@stellar-insights/ledger';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const issuer = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((key) => accountOfKey(key));
const asset = fc.oneof(
  fc.constant('native' as AssetId),
  fc
    .tuple(
      fc.stringMatching(/^[A-Za-z0-9]{1,12}$/),
      fc.oneof(issuer, fc.constant(accountOfKey(Buffer.alloc(32)))),
    )
    .map(([code, account]) => `${code}:${account}` as AssetId),
);

it('the assets of a pool are in the order in which the SDK compares them, whichever comes first', () => {
  const sdk = (name: AssetId) => {
    const [code = '', account] = name.split(':');
    return account === undefined ? Asset.native() : new Asset(code, account);
  };
  fc.assert(
    fc.property(asset, asset, (one, other) => {
      const expected = Asset.compare(sdk(one), sdk(other)) <= 0 ? [one, other] : [other, one];
      expect(poolAssets(one, other)).toStrictEqual(expected);
      expect(poolAssets(other, one)).toStrictEqual(expected);
    }),
  );
});
