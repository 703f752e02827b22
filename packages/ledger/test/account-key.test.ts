import { MuxedAccount, Account, StrKey } from '@stellar/stellar-sdk/base';
import { seed } from '@stellar-insights/devstack/vitest';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accountKey, accountOfKey, addressKey, addressOfKey, parseMuxedAccount } from '../src/index.ts';

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });

it('names an account as the SDK does, and finds the key in the name', () => {
  fc.assert(
    fc.property(keys, (key) => {
      const account = accountOfKey(key);
      expect(account).toBe(StrKey.encodeEd25519PublicKey(key));
      expect(accountKey(account)).toStrictEqual(Buffer.from(key));
    }),
    { seed: seed() },
  );
});

it('finds no key in a text that is no account', () => {
  fc.assert(
    fc.property(
      keys,
      fc.nat(55),
      fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567a01=é'.split('')),
      (key, at, char) => {
        const account: string = accountOfKey(key);
        const other = account.slice(0, at) + char + account.slice(at + 1);
        expect(accountKey(other) !== null).toBe(StrKey.isValidEd25519PublicKey(other));
      },
    ),
    { seed: seed() },
  );
  for (const text of ['', 'GA', StrKey.encodeContract(Buffer.alloc(32)), 'G'.repeat(56), 'G'.repeat(57)]) {
    expect(accountKey(text)).toBeNull();
  }
});

it('finds account and id in the name of a muxed account, as the SDK does', () => {
  fc.assert(
    fc.property(keys, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (key, muxedId) => {
      const account = accountOfKey(key);
      const muxed = new MuxedAccount(new Account(account, '0'), `${muxedId}`).accountId();
      expect(parseMuxedAccount(muxed)).toStrictEqual({ account, muxedId });
    }),
    { seed: seed() },
  );
});

it('finds no muxed account in any other text', () => {
  const muxed = StrKey.encodeMed25519PublicKey(Buffer.alloc(40, 7));
  fc.assert(
    fc.property(
      fc.nat(68),
      fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567a01='.split('')),
      (at, char) => {
        const other = muxed.slice(0, at) + char + muxed.slice(at + 1);
        expect(parseMuxedAccount(other) !== null).toBe(StrKey.isValidMed25519PublicKey(other));
      },
    ),
    { seed: seed() },
  );
  for (const text of ['', 'MA', accountOfKey(Buffer.alloc(32)), 'M'.repeat(69)]) {
    expect(parseMuxedAccount(text)).toBeNull();
  }
});

it('names every kind of address as the SDK does, and finds its bytes in the name', () => {
  const kinds = [
    [1, 33, (key: Buffer) => StrKey.encodeClaimableBalance(key)],
    [2, 32, (key: Buffer) => StrKey.encodeContract(key)],
    [11, 32, (key: Buffer) => StrKey.encodeLiquidityPool(key)],
    [12, 40, (key: Buffer) => StrKey.encodeMed25519PublicKey(key)],
  ] as const;
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      fc.infiniteStream(fc.nat(255)),
      ([kind, length, encode], bytes) => {
        const key = Buffer.from([...bytes.take(length)]);
        const address = addressOfKey(Buffer.concat([Uint8Array.of(kind << 3), key]));
        expect(address).toBe(encode(key));
        expect(addressKey(address)).toStrictEqual(Buffer.concat([Uint8Array.of(kind << 3), key]));
        expect(addressKey(`${address.slice(0, -1)}${address.endsWith('A') ? 'B' : 'A'}`)).toBeNull();
      },
    ),
    { seed: seed() },
  );
  const account = accountOfKey(Buffer.alloc(32, 9));
  expect(addressKey(account)).toStrictEqual(Buffer.alloc(32, 9));
  expect(addressOfKey(Buffer.alloc(32, 9))).toBe(account);
});
