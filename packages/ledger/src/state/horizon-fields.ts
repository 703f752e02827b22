import { accountKey } from '../account-key.ts';
import type { AccountId, AssetId, LedgerSequence, Stroops } from '../brands.ts';
import { isLedgerSequence } from '../sequence.ts';
import { isRecord } from '../sources/rpc-answers.ts';
import { invalidRecord } from './errors.ts';
import { isAsset } from './names.ts';
import type { AccountFlags } from './network-state.ts';

const INT64_MAX = 2n ** 63n - 1n;

/** Reads the fields of one JSON object of Horizon, and says which of them is wrong. */
export class HorizonFields {
  readonly #fields: Readonly<Record<string, unknown>>;
  /** What the object is, for messages. */
  readonly #what: string;

  /** @throws StateError `horizon_invalid_response`, as all methods do */
  constructor(value: unknown, what: string) {
    if (!isRecord(value)) throw invalidRecord(`${quote(value)} as ${what}`, 'an object');
    this.#fields = value;
    this.#what = what;
  }

  object(name: string): HorizonFields {
    return new HorizonFields(this.#fields[name], `${name} of ${this.#what}`);
  }

  list(name: string): readonly unknown[] {
    const value = this.#fields[name];
    if (Array.isArray(value)) return value;
    throw this.#invalid(name, 'a list');
  }

  text(name: string, pattern: RegExp, expected: string): string {
    const value = this.#fields[name];
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw this.#invalid(name, expected);
  }

  /** Empty if it is absent. */
  optionalText(name: string): string {
    const value = this.#fields[name] ?? '';
    if (typeof value === 'string') return value;
    throw this.#invalid(name, 'a text or nothing');
  }

  /** A whole number from 0, as JSON's number or in a text. */
  count(name: string): number {
    const value = this.#fields[name];
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    if (Number.isSafeInteger(number) && Number(number) >= 0) return Number(number);
    throw this.#invalid(name, 'a whole number');
  }

  ledger(name: string): LedgerSequence {
    const value = this.#fields[name];
    if (isLedgerSequence(value)) return value;
    throw this.#invalid(name, 'the number of a ledger');
  }

  /** False if it is absent, as Horizon leaves out some flags that are not set. */
  flag(name: string): boolean {
    const value = this.#fields[name] ?? false;
    if (typeof value === 'boolean') return value;
    throw this.#invalid(name, 'true or false');
  }

  /** Units with seven decimals, in stroops; a sum may exceed an int64. */
  sum(name: string): bigint {
    const digits = this.text(name, /^(0|[1-9]\d{0,38})\.\d{7}$/, 'an amount with seven decimals');
    return BigInt(digits.replace('.', ''));
  }

  amount(name: string): Stroops {
    const stroops = this.sum(name);
    if (stroops <= INT64_MAX) return stroops as Stroops;
    throw this.#invalid(name, 'an amount of at most 2^63 − 1 stroops');
  }

  account(name: string): AccountId {
    const value = this.#fields[name];
    if (typeof value === 'string' && accountKey(value) !== null) return value as AccountId;
    throw this.#invalid(name, 'an account, G…');
  }

  /** `native` or `CODE:ISSUER`, in one field. */
  assetText(name: string): AssetId {
    const value = this.#fields[name];
    if (typeof value === 'string' && isAsset(value)) return value;
    throw this.#invalid(name, 'native or CODE:ISSUER');
  }

  /** An issued asset, in the three fields `asset_type`, `asset_code` and `asset_issuer`. */
  issuedAsset(): { readonly asset: AssetId; readonly token: string } {
    const code = this.text('asset_code', /^[A-Za-z0-9]{1,12}$/, '1 to 12 letters or digits');
    const issuer = this.account('asset_issuer');
    const type = code.length <= 4 ? 'credit_alphanum4' : 'credit_alphanum12';
    if (this.#fields['asset_type'] !== type) throw this.#invalid('asset_type', type);
    return { asset: `${code}:${issuer}` as AssetId, token: `${code}_${issuer}_${type}` };
  }

  accountFlags(): AccountFlags {
    const flags = this.object('flags');
    return {
      authRequired: flags.flag('auth_required'),
      authRevocable: flags.flag('auth_revocable'),
      authImmutable: flags.flag('auth_immutable'),
      authClawbackEnabled: flags.flag('auth_clawback_enabled'),
    };
  }

  #invalid(name: string, expected: string): Error {
    return invalidRecord(`${quote(this.#fields[name])} as ${name} of ${this.#what}`, expected);
  }
}

function quote(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 80);
}
