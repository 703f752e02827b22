import { LedgerError } from '../errors.ts';
import { LAST_LEDGER } from '../sequence.ts';
import type { LakeStore } from './lake-store.ts';

/** The manifest at a data lake's root, `.config.json`. */
export interface LakeManifest {
  readonly networkPassphrase: string;
  readonly ledgersPerBatch: number;
  readonly batchesPerPartition: number;
}

/** Endings a batch may have, newest form first. */
export const LAKE_EXTENSIONS = ['zst', 'zstd'] as const;

/** The batch in which a ledger lies: its first and last ledger. */
export function batchOf(sequence: number, manifest: LakeManifest): { first: number; last: number } {
  const first = sequence - (sequence % manifest.ledgersPerBatch);
  return { first, last: first + manifest.ledgersPerBatch - 1 };
}

/**
 * The object key of the batch that starts at `first`, as ledger exporters (Galexie) name it:
 * `%08X--%d-%d/%08X--%d[-%d].xdr.zst`, the hex number being 0xFFFFFFFF − first ledger, so that a listing runs newest first.
 */
export function batchKey(first: number, manifest: LakeManifest, extension: string): string {
  const last = first + manifest.ledgersPerBatch - 1;
  const ledgers = last === first ? `${first}` : `${first}-${last}`;
  const file = `${descending(first)}--${ledgers}.xdr.${extension}`;
  if (manifest.batchesPerPartition === 1) return file;
  const partitionSize = manifest.ledgersPerBatch * manifest.batchesPerPartition;
  const partition = first - (first % partitionSize);
  return `${descending(partition)}--${partition}-${partition + partitionSize - 1}/${file}`;
}

function descending(sequence: number): string {
  return (LAST_LEDGER - sequence).toString(16).toUpperCase().padStart(8, '0');
}

const MANIFEST_KEY = '.config.json';
const MAX_MANIFEST_BYTES = 64 * 1024;

/** @throws LedgerError `manifest_invalid`, `lake_forbidden`, or the store's own */
export async function readManifest(store: LakeStore, signal: AbortSignal): Promise<LakeManifest> {
  const origin = store.locate(MANIFEST_KEY);
  const object = await store.read({ key: MANIFEST_KEY, maxBytes: MAX_MANIFEST_BYTES }, signal);
  if (!object.present && object.forbidden === true) {
    throw new LedgerError('lake_forbidden', {
      found: object.evidence,
      expected: "the lake's manifest",
      action:
        'allow that the lake is read without credentials, or name the URL that directly holds .config.json',
      retryable: true,
    });
  }
  if (!object.present) {
    throw new LedgerError('manifest_invalid', {
      found: `no manifest (${object.evidence})`,
      expected: `the exporter's manifest at ${origin}`,
      action:
        'name the folder or URL that directly holds .config.json; for a lake from before manifests, write one: ' +
        '{"networkPassphrase":"…","compression":"zstd","ledgersPerBatch":1,"batchesPerPartition":64000}',
    });
  }
  return parseManifest(object.bytes, origin);
}

function parseManifest(bytes: Buffer, origin: string): LakeManifest {
  const fields = parseObject(bytes, origin);
  const fault = (field: string, expected: string) =>
    invalid(origin, `${field} ${JSON.stringify(fields[field]) ?? 'absent'}`, `${field} to be ${expected}`);
  const count = (field: string): number => {
    const value = fields[field];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LAST_LEDGER) {
      return value;
    }
    throw fault(field, 'an integer from 1 on');
  };

  const { networkPassphrase, compression = 'zstd', version = '1.0' } = fields;
  if (typeof networkPassphrase !== 'string' || networkPassphrase === '') {
    throw fault('networkPassphrase', "the network's passphrase");
  }
  if (compression !== 'zstd') throw fault('compression', '"zstd"');
  if (typeof version !== 'string' || !/^1(\.|$)/.test(version)) throw fault('version', 'one of "1.x"');
  const ledgersPerBatch = count('ledgersPerBatch');
  const batchesPerPartition = count('batchesPerPartition');
  if (ledgersPerBatch * batchesPerPartition > LAST_LEDGER) {
    throw fault('batchesPerPartition', `at most ${Math.floor(LAST_LEDGER / ledgersPerBatch)}`);
  }
  return { networkPassphrase, ledgersPerBatch, batchesPerPartition };
}

function parseObject(bytes: Buffer, origin: string): Readonly<Record<string, unknown>> {
  // Editors on Windows put a byte order mark before the text; JSON.parse refuses it.
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Not JSON: the text is quoted below, as for JSON that is no object.
  }
  throw invalid(origin, JSON.stringify(text.slice(0, 80)), 'a JSON object');
}

function invalid(origin: string, found: string, expected: string): LedgerError {
  return new LedgerError('manifest_invalid', {
    found: `${found} in ${origin}`,
    expected,
    action: "correct the manifest to what the lake's exporter was configured with",
  });
}
