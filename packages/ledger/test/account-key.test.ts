import { StrKey } from '@stellar/stellar-sdk/base';
import { seed } from '@stellar-insights/devstack/vitest';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accountKey, accountOfKey } from '../src/index.ts';

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
