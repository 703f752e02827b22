import type { AnchorFile } from '@stellar-insights/analytics';
import { accountKey, type AccountId, type AssetId } from '@stellar-insights/ledger';
import { parse } from 'smol-toml';

/** SEP-1 allows 100 KiB. */
export const LARGEST_FILE_BYTES = 100 * 1024;

/** Arrays and inline tables inside each other. */
const DEEPEST = 20;
const LONGEST_TEXT = 256;

/** What payments, sign-ins and transfers rely on: keys, and addresses of services. */
const SERVICES = [
  'SIGNING_KEY',
  'URI_REQUEST_SIGNING_KEY',
  'WEB_AUTH_ENDPOINT',
  'WEB_AUTH_FOR_CONTRACTS_ENDPOINT',
  'WEB_AUTH_CONTRACT_ID',
  'FEDERATION_SERVER',
  'TRANSFER_SERVER',
  'TRANSFER_SERVER_SEP0024',
  'KYC_SERVER',
  'DIRECT_PAYMENT_SERVER',
  'ANCHOR_QUOTE_SERVER',
];

/** The bytes are no stellar.toml. `code` becomes the reason why an anchor is unverified. */
export class StellarTomlError extends Error {
  override readonly name = 'StellarTomlError';
  readonly code: 'file_not_utf8' | 'file_not_toml';
  /** The file may be another one with the next request. */
  readonly retryable = true;

  constructor(code: StellarTomlError['code'], found: string, cause: unknown) {
    super(`found ${found}, expected TOML; the owner of the domain has to correct the file`, { cause });
    this.code = code;
  }
}

/**
 * Reads a stellar.toml. Anybody may have written it: a field that is not as SEP-1 has it is left out, and texts are cut.
 * The bytes must be at most `LARGEST_FILE_BYTES`, which bounds all lists.
 *
 * @throws StellarTomlError if the bytes are no TOML
 */
export function parseStellarToml(bytes: Uint8Array): AnchorFile {
  const file = tableOf(bytes);
  const documentation = asTable(file['DOCUMENTATION']);
  const currencies = asList(file['CURRENCIES']).map(asTable);
  const accounts = asList(file['ACCOUNTS']).filter(isAccount);
  const issuers = currencies.map(({ issuer }) => issuer).filter(isAccount);
  const assets = currencies.flatMap(({ code, issuer }) =>
    isCode(code) && isAccount(issuer) ? [`${code}:${issuer}` as AssetId] : [],
  );
  const services = SERVICES.flatMap((name) => {
    const text = asText(file[name]);
    return text === null ? [] : [[name, text] as const];
  });
  return {
    organization: asText(documentation['ORG_NAME']),
    url: httpsUrl(asText(documentation['ORG_URL'])),
    networkPassphrase: asText(file['NETWORK_PASSPHRASE']),
    issuers: sorted([...accounts, ...issuers]),
    assets: sorted(assets),
    services: Object.fromEntries(services),
  };
}

type Table = Readonly<Record<string, unknown>>;

function tableOf(bytes: Uint8Array): Table {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new StellarTomlError('file_not_utf8', 'bytes that are not UTF-8', cause);
  }
  try {
    // As numbers, large integers would be refused with the whole file.
    return parse(text, { maxDepth: DEEPEST, integersAsBigInt: true });
  } catch (cause) {
    const found = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new StellarTomlError('file_not_toml', found.slice(0, LONGEST_TEXT), cause);
  }
}

function asTable(value: unknown): Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** One line that every client and the database can hold; null if nothing is left. */
function asText(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return text === '' ? null : text.slice(0, LONGEST_TEXT).toWellFormed();
}

/** A page that clients may link to. */
function httpsUrl(text: string | null): string | null {
  const url = text === null ? null : URL.parse(text);
  return url?.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : null;
}

function isAccount(value: unknown): value is AccountId {
  return typeof value === 'string' && accountKey(value) !== null;
}

function isCode(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9]{1,12}$/.test(value);
}

/** In code-unit order, each once. */
function sorted<Name extends string>(names: readonly Name[]): Name[] {
  return [...new Set(names)].toSorted();
}
