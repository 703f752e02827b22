import { cp } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import type { Hash, LedgerFacts } from '@stellar-insights/ledger';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';
import { FactsLake, FolderStore, readChunk, writeChunk, type ObjectStore } from '../src/index.ts';
import {
  createLake,
  FACTS_VERSION,
  filesOf,
  LEDGERS,
  ledgersOf,
  NETWORK,
  read,
  signal,
  test,
  write,
} from './lakes.ts';

describe('a chunk', () => {
  test('is read as it was written, and its manifest says what is in it', async ({ folder }) => {
    const lake = await createLake(folder);
    const manifest = await write(lake, 1010);
    const ledgers = LEDGERS.slice(10, 20);
    expect(await read(lake, 1010)).toStrictEqual(ledgers);
    expect(await lake.manifest(lake.chunkOf(1010), signal)).toStrictEqual(manifest);
    expect(manifest).toMatchObject({
      facts_version: FACTS_VERSION,
      first_ledger: 1010,
      last_ledger: 1019,
      previous_hash: LEDGERS[9]?.header.hash,
      last_hash: LEDGERS[19]?.header.hash,
      tables: {
        ledgers: { rows: 10 },
        transactions: { rows: ledgers.flatMap(({ transactions }) => transactions).length },
        payments: { rows: ledgers.flatMap(({ payments }) => payments).length },
      },
    });
  });

  test('has the same bytes, whoever writes it, in which order and with how little memory', async ({
    folder,
  }) => {
    const [one, other] = [await createLake(`${folder}/one`), await createLake(`${folder}/other`)];
    for (const ledger of [1000, 1010, 1020]) await write(one, ledger);
    for (const ledger of [1020, 1000, 1010, 1010]) {
      const chunk = other.chunkOf(ledger);
      const options = { factsVersion: FACTS_VERSION, memoryBytes: 32 * 2 ** 20 };
      await writeChunk(other, chunk, ledgersOf(chunk), options, signal);
    }
    const files = await filesOf(`${folder}/one`);
    expect(files.size).toBe(1 + 3 * 10);
    expect(await filesOf(`${folder}/other`)).toStrictEqual(files);
  });

  test('is absent as long as any of its ledgers is missing, double or of another chain', async ({
    folder,
  }) => {
    const lake = await createLake(folder);
    await write(lake, 1010);
    const ten = LEDGERS.slice(0, 10);
    const forked = [...simulatedLedgers(10, { seed: 'another' })];
    const wrong: [readonly LedgerFacts[], string][] = [
      [[], 'chunk_incomplete'],
      [ten.slice(1), 'chunk_incomplete'],
      [ten.slice(0, 9), 'chunk_incomplete'],
      [[...ten.slice(0, 5), ...ten.slice(4)], 'chunk_incomplete'],
      [[...ten.slice(0, 5), ...ten.slice(6)], 'chunk_incomplete'],
      [[...ten, ...LEDGERS.slice(10, 11)], 'chunk_incomplete'],
      [[...ten.slice(0, 5), ...forked.slice(5)], 'chain_broken'],
      // Whole, but not what the chunk after it refers to.
      [forked, 'chain_broken'],
    ];
    const chunk = lake.chunkOf(1000);
    for (const [ledgers, code] of wrong) {
      const facts = (async function* () {
        yield* ledgers;
      })();
      const written = writeChunk(lake, chunk, facts, { factsVersion: FACTS_VERSION }, signal);
      await expect(written).rejects.toMatchObject({ code });
      expect(await lake.manifest(chunk, signal)).toBeNull();
    }
    await expect(write(lake, 1020, simulatedLedgers(30, { seed: 'another' }))).rejects.toMatchObject({
      code: 'chain_broken',
    });
    await write(lake, 1000);
    expect(await Array.fromAsync(lake.chunks({}, signal))).toStrictEqual([
      { first: 1000, last: 1009 },
      { first: 1010, last: 1019 },
    ]);
    expect(await Array.fromAsync(lake.chunks({ from: 1005, to: 1009 }, signal))).toHaveLength(1);
  });

  test('that fails to be replaced at any step is whole or absent, and the next attempt completes it', async ({
    folder,
  }) => {
    const options = { factsVersion: FACTS_VERSION + 1 };
    const expected = await createLake(`${folder}/expected`);
    const chunk = expected.chunkOf(1000);
    await writeChunk(expected, chunk, ledgersOf(chunk), options, signal);
    await write(await createLake(`${folder}/former`), 1000);
    const store = new DisturbedStore(`${folder}/lake`);
    const lake = await createLake(store);
    let failures = 0;
    for (let step = 1; ; step++) {
      await cp(`${folder}/former`, `${folder}/lake`, { recursive: true });
      store.failAt(step);
      const failure = await writeChunk(lake, chunk, ledgersOf(chunk), options, signal).then(
        () => null,
        (error: unknown) => error,
      );
      store.failAt(Infinity);
      if (failure === null) break;
      failures += 1;
      expect(failure).toMatchObject({ message: 'the store fails' });
      if ((await lake.manifest(chunk, signal)) !== null) {
        expect(await read(lake, 1000)).toStrictEqual(LEDGERS.slice(0, 10));
      }
    }
    // The removal of the former manifest, nine files, and the manifest.
    expect(failures).toBe(11);
    expect(await filesOf(`${folder}/lake`)).toStrictEqual(await filesOf(`${folder}/expected`));
  });

  test('that is aborted leaves nothing behind', async ({ folder }) => {
    const lake = await createLake(folder);
    const chunk = lake.chunkOf(1000);
    const abort = new AbortController();
    const facts = (async function* () {
      yield* LEDGERS.slice(0, 5);
      abort.abort(new Error('asked to stop'));
      yield* LEDGERS.slice(5, 10);
    })();
    const written = writeChunk(lake, chunk, facts, { factsVersion: FACTS_VERSION }, abort.signal);
    await expect(written).rejects.toThrow('asked to stop');
    expect([...(await filesOf(folder)).keys()]).toStrictEqual(['lake.json']);
  });

  test('whose files are not what its manifest says is refused', async ({ folder }) => {
    const lake = await createLake(folder);
    await write(lake, 1000);
    const bytes = Buffer.from((await filesOf(folder)).get('trades/0000001000.parquet') ?? '', 'base64');
    bytes[bytes.length >>> 1] = (bytes[bytes.length >>> 1] ?? 0) ^ 1;
    await lake.store.put('trades/0000001000.parquet', bytes, signal);
    await expect(read(lake, 1000)).rejects.toMatchObject({ code: 'chunk_corrupt' });
    await lake.store.remove('trades/0000001000.parquet', signal);
    await expect(read(lake, 1000)).rejects.toMatchObject({ code: 'chunk_corrupt' });
    await expect(read(lake, 1010)).rejects.toMatchObject({ code: 'chunk_missing' });
    await write(lake, 1000);
    expect(await read(lake, 1000)).toHaveLength(10);
  });
});

describe('a chunk that is replaced while it is read', () => {
  const replace = async (lake: FactsLake) => {
    const chunk = lake.chunkOf(1000);
    await writeChunk(lake, chunk, ledgersOf(chunk), { factsVersion: FACTS_VERSION + 1 }, signal);
  };

  test('is read to its end as it was', async ({ folder }) => {
    const lake = await createLake(folder);
    await write(lake, 1000);
    const ledgers = [];
    for await (const ledger of readChunk(lake, lake.chunkOf(1000), signal)) {
      if (ledgers.length === 0) await replace(lake);
      ledgers.push(ledger);
    }
    expect(ledgers).toStrictEqual(LEDGERS.slice(0, 10));
  });

  test('after its manifest was read is an error that can pass', async ({ folder }) => {
    const store = new DisturbedStore(folder);
    const lake = await createLake(store);
    await write(lake, 1000);
    store.beforeFetch = () => replace(lake);
    const failure = await read(lake, 1000).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'chunk_replaced', retryable: true });
    expect(await read(lake, 1000)).toStrictEqual(LEDGERS.slice(0, 10));
  });
});

describe('a lake', () => {
  test('is made once, and belongs to one network', async ({ folder }) => {
    const store = new FolderStore(folder);
    await expect(FactsLake.open(store, NETWORK, signal)).rejects.toMatchObject({ code: 'lake_missing' });
    const lakes = await Promise.all(
      [10, undefined, 10].map(async (size) => {
        const settings = { ...NETWORK, ledgersPerChunk: size };
        return await FactsLake.create(store, settings, signal).catch(({ code }: { code: string }) => code);
      }),
    );
    const { ledgersPerChunk } = await FactsLake.open(store, {}, signal);
    // Whoever came first decided.
    expect([10, 10_000]).toContain(ledgersPerChunk);
    const expected =
      ledgersPerChunk === 10 ? [10, 10, 10] : ['chunk_size_differs', 10_000, 'chunk_size_differs'];
    expect(lakes.map((lake) => (typeof lake === 'string' ? lake : lake.ledgersPerChunk))).toStrictEqual(
      expected,
    );
    const other = { networkPassphrase: 'Another Network' };
    await expect(FactsLake.open(store, other, signal)).rejects.toMatchObject({ code: 'wrong_network' });
    await expect(FactsLake.create(store, other, signal)).rejects.toMatchObject({ code: 'wrong_network' });
  });

  test('keeps its description on a server that ignores the condition of a request', async ({ folder }) => {
    const store = new FolderStore(folder);
    store.putIfAbsent = async (key, bytes) => {
      await store.put(key, bytes);
      return true;
    };
    const { ledgersPerChunk } = await createLake(store);
    const again = await FactsLake.create(store, NETWORK, signal);
    expect(again.ledgersPerChunk).toBe(ledgersPerChunk);
  });

  test('of a later format, or with a manifest of other ledgers, is refused', async ({ folder }) => {
    const lake = await createLake(folder);
    const manifest = await write(lake, 1000);
    const put = (key: string, value: unknown) =>
      lake.store.put(key, Buffer.from(JSON.stringify(value)), signal);
    await put('manifests/0000001010.json', manifest);
    await expect(lake.manifest(lake.chunkOf(1010), signal)).rejects.toMatchObject({ code: 'lake_invalid' });
    await put('manifests/0000001010.json', { ...manifest, last_hash: 'no hash' as Hash });
    await expect(lake.manifest(lake.chunkOf(1010), signal)).rejects.toMatchObject({ code: 'lake_invalid' });
    await put('lake.json', { format_version: 2, network_passphrase: NETWORK.networkPassphrase });
    await expect(FactsLake.open(lake.store, {}, signal)).rejects.toMatchObject({ code: 'lake_invalid' });
  });

  test('begins with ledger 2, and its chunks cover every other ledger once', async ({ folder }) => {
    const lake = await createLake(folder);
    expect(lake.chunkOf(2)).toStrictEqual({ first: 2, last: 9 });
    expect(lake.chunksWithin({ from: 2, to: 29 }).map(({ first }) => first)).toStrictEqual([2, 10, 20]);
    expect(lake.chunkOf(0)).toStrictEqual(lake.chunkOf(2));
    expect(lake.chunksWithin({ from: 3, to: 28 })).toStrictEqual([{ first: 10, last: 19 }]);
    expect(lake.chunksWithin({ from: 11, to: 19 })).toStrictEqual([]);
    const ledgers = simulatedLedgers(8, { startLedger: 2 });
    await write(lake, 2, ledgers);
    expect(await Array.fromAsync(readChunk(lake, lake.chunkOf(5), signal))).toStrictEqual(ledgers);
    expect(await Array.fromAsync(lake.chunks({}, signal))).toStrictEqual([{ first: 2, last: 9 }]);
  });
});

/** A folder that fails at one of the next steps that change it, or in which something happens before a file is fetched. */
class DisturbedStore extends FolderStore implements ObjectStore {
  beforeFetch: (() => Promise<void>) | null = null;
  #steps = 0;
  #failAt = Infinity;

  failAt(step: number): void {
    this.#steps = 0;
    this.#failAt = step;
  }

  override async put(key: string, bytes: Uint8Array): Promise<void> {
    this.#step();
    await super.put(key, bytes);
  }

  override async putFile(...[key, file]: Parameters<FolderStore['putFile']>): Promise<void> {
    this.#step();
    await super.putFile(key, file);
  }

  override async fetchFile(...[key, folder]: Parameters<FolderStore['fetchFile']>) {
    const before = this.beforeFetch;
    this.beforeFetch = null;
    await before?.();
    return await super.fetchFile(key, folder);
  }

  override async remove(key: string): Promise<void> {
    this.#step();
    await super.remove(key);
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps === this.#failAt) throw new Error('the store fails');
  }
}
