import type { Hash, LedgerSequence } from '@stellar-insights/ledger';
import { z } from 'zod';
import { FactsLakeError } from '../errors.ts';
import { TABLE_NAMES, type TableName } from './chunk.ts';

/** Of the layout, the columns and the way in which files are written. */
export const FORMAT_VERSION = 1;

const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((text) => text as Hash);
const ledger = z
  .int()
  .min(0)
  .transform((sequence) => sequence as LedgerSequence);
const file = z.strictObject({ rows: z.int().min(0), bytes: z.int().min(1), sha256: hash });

/** What is in the files of a chunk. It has no time and no place, so that the same facts give the same manifest. */
export const chunkManifest = z.strictObject({
  format_version: z.literal(FORMAT_VERSION),
  facts_version: z.int().min(1),
  duckdb_version: z.string(),
  network_passphrase: z.string(),
  first_ledger: ledger,
  last_ledger: ledger,
  previous_hash: hash,
  last_hash: hash,
  first_closed_at: z.iso.datetime(),
  last_closed_at: z.iso.datetime(),
  tables: z.strictObject(
    Object.fromEntries(TABLE_NAMES.map((name) => [name, file])) as Record<TableName, typeof file>,
  ),
});
export type ChunkManifest = z.output<typeof chunkManifest>;
export type ChunkFile = ChunkManifest['tables'][TableName];

/** What all chunks of a lake have in common. */
export const lakeDescription = z.strictObject({
  format_version: z.literal(FORMAT_VERSION),
  network_passphrase: z.string().min(1),
  ledgers_per_chunk: z.int().min(1),
});
export type LakeDescription = z.output<typeof lakeDescription>;

export function encodeJson(value: LakeDescription | ChunkManifest): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

/** @throws FactsLakeError `lake_invalid` */
export function parseJson<Value>(schema: z.ZodType<Value>, bytes: Buffer, origin: string): Value {
  try {
    return schema.parse(JSON.parse(bytes.toString()));
  } catch (cause) {
    const message = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new FactsLakeError('lake_invalid', {
      found: `${origin}, of which is wrong: ${message.replaceAll(/\s+/g, ' ')}`,
      expected: `the JSON of a facts lake of format ${FORMAT_VERSION}`,
      action: 'upgrade if a later version wrote it, else export the ledgers again into another place',
      cause,
    });
  }
}
