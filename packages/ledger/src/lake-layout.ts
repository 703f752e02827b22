import { LAST_LEDGER } from './sequence.ts';

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
  const span = last === first ? `${first}` : `${first}-${last}`;
  const file = `${descending(first)}--${span}.xdr.${extension}`;
  if (manifest.batchesPerPartition === 1) return file;
  const partitionSize = manifest.ledgersPerBatch * manifest.batchesPerPartition;
  const partition = first - (first % partitionSize);
  return `${descending(partition)}--${partition}-${partition + partitionSize - 1}/${file}`;
}

function descending(sequence: number): string {
  return (LAST_LEDGER - sequence).toString(16).toUpperCase().padStart(8, '0');
}
