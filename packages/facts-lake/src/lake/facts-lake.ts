import { FactsLakeError } from '../errors.ts';
import type { ObjectStore } from '../stores/object-store.ts';
import {
  chunkOf,
  chunksWithin,
  DESCRIPTION_KEY,
  firstLedgerOf,
  manifestKey,
  MANIFESTS,
  type Chunk,
} from './chunk.ts';
import {
  chunkManifest,
  encodeJson,
  FORMAT_VERSION,
  lakeDescription,
  parseJson,
  type ChunkManifest,
  type LakeDescription,
} from './manifest.ts';

/** It divides the partitions of Postgres, and a chunk of today's ledgers has about 200 MB. */
const LEDGERS_PER_CHUNK = 10_000;

/** The facts of ledgers as Parquet files. A chunk exists if it has a manifest. */
export class FactsLake {
  readonly store: ObjectStore;
  readonly networkPassphrase: string;
  readonly ledgersPerChunk: number;

  private constructor(store: ObjectStore, description: LakeDescription) {
    this.store = store;
    this.networkPassphrase = description.network_passphrase;
    this.ledgersPerChunk = description.ledgers_per_chunk;
  }

  /**
   * Opens the lake of a store.
   *
   * @throws FactsLakeError `lake_missing`, `lake_invalid`, `wrong_network`
   */
  static async open(
    store: ObjectStore,
    expected: { readonly networkPassphrase?: string },
    signal: AbortSignal,
  ): Promise<FactsLake> {
    const bytes = await store.read(DESCRIPTION_KEY, signal);
    if (bytes === null) {
      throw new FactsLakeError('lake_missing', {
        found: `no ${DESCRIPTION_KEY} in ${store.name}`,
        expected: 'a facts lake',
        action: 'name the folder or prefix of a lake in FACTS_LAKE_URL, or export ledgers to this one first',
      });
    }
    const lake = new FactsLake(
      store,
      parseJson(lakeDescription, bytes, `${DESCRIPTION_KEY} in ${store.name}`),
    );
    const { networkPassphrase = lake.networkPassphrase } = expected;
    if (lake.networkPassphrase !== networkPassphrase) {
      throw new FactsLakeError('wrong_network', {
        found: `a lake of the network "${lake.networkPassphrase}" in ${store.name}`,
        expected: `"${networkPassphrase}"`,
        action: 'name the lake of this network in FACTS_LAKE_URL',
      });
    }
    return lake;
  }

  /**
   * Opens the lake of a store, and makes it first if there is none. `ledgersPerChunk` is for a new one; default: 10,000.
   * `beforeMaking` gets the new lake; if it throws, none is made.
   *
   * @throws FactsLakeError `chunk_size_differs` if it exists with another size than given
   */
  static async create(
    store: ObjectStore,
    settings: {
      readonly networkPassphrase: string;
      readonly ledgersPerChunk?: number | undefined;
      readonly beforeMaking?: (lake: FactsLake) => void;
    },
    signal: AbortSignal,
  ): Promise<FactsLake> {
    const { networkPassphrase, ledgersPerChunk, beforeMaking } = settings;
    const description: LakeDescription = {
      format_version: FORMAT_VERSION,
      network_passphrase: networkPassphrase,
      ledgers_per_chunk: ledgersPerChunk ?? LEDGERS_PER_CHUNK,
    };
    // Servers of old do not know the condition, and would write over the description of a lake that is there.
    if ((await store.read(DESCRIPTION_KEY, signal)) === null) {
      beforeMaking?.(new FactsLake(store, description));
      await store.putIfAbsent(DESCRIPTION_KEY, encodeJson(description), signal);
    }
    const lake = await FactsLake.open(store, { networkPassphrase }, signal);
    if (ledgersPerChunk !== undefined && lake.ledgersPerChunk !== ledgersPerChunk) {
      throw new FactsLakeError('chunk_size_differs', {
        found: `a lake with ${lake.ledgersPerChunk} ledgers a chunk in ${store.name}`,
        expected: `${ledgersPerChunk}`,
        action: 'leave the size out, or export to another place',
      });
    }
    return lake;
  }

  /** The chunk that a ledger belongs to. */
  chunkOf(ledger: number): Chunk {
    return chunkOf(ledger, this.ledgersPerChunk);
  }

  /** The chunks all of whose ledgers are in the range, in order. */
  chunksWithin(range: { readonly from: number; readonly to: number }): Chunk[] {
    return [...chunksWithin(range, this.ledgersPerChunk)];
  }

  /** Null if the chunk does not exist. */
  async manifest(chunk: Chunk, signal: AbortSignal): Promise<ChunkManifest | null> {
    const key = manifestKey(chunk);
    const bytes = await this.store.read(key, signal);
    if (bytes === null) return null;
    const manifest = parseJson(chunkManifest, bytes, `${key} in ${this.store.name}`);
    if (
      manifest.first_ledger === chunk.first &&
      manifest.last_ledger === chunk.last &&
      manifest.network_passphrase === this.networkPassphrase
    ) {
      return manifest;
    }
    throw new FactsLakeError('lake_invalid', {
      found: `${key} of ledgers ${manifest.first_ledger} to ${manifest.last_ledger} of "${manifest.network_passphrase}"`,
      expected: `ledgers ${chunk.first} to ${chunk.last} of "${this.networkPassphrase}"`,
      action: 'remove the manifest, and export the chunk again',
    });
  }

  /** The chunks that exist and have a ledger in the range, in order. */
  async *chunks(
    { from = 0, to = Infinity }: { readonly from?: number; readonly to?: number },
    signal: AbortSignal,
  ): AsyncGenerator<Chunk> {
    for await (const key of this.store.list(MANIFESTS, signal)) {
      const first = firstLedgerOf(key);
      if (first === null) continue;
      const chunk = this.chunkOf(first);
      if (chunk.first === first && chunk.last >= from && chunk.first <= to) yield chunk;
    }
  }
}
