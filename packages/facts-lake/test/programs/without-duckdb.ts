import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { FactsLakeError, FactsLake, FolderStore, readChunk, writeChunk } from '../../src/index.ts';

/* As if the optional package were not installed. */
registerHooks({
  resolve(specifier, context, nextResolve) {
    if (!specifier.startsWith('@duckdb/')) return nextResolve(specifier, context);
    throw Object.assign(new Error(`Cannot find package '${specifier}'`), { code: 'ERR_MODULE_NOT_FOUND' });
  },
});

const signal = new AbortController().signal;
const store = new FolderStore(process.argv[2] ?? tmpdir());
const lake = await FactsLake.create(store, { networkPassphrase: 'Test' }, signal);
const chunk = lake.chunkOf(20_000);
const none = (async function* () {})();
for (const work of [
  () => writeChunk(lake, chunk, none, { factsVersion: 1 }, signal),
  () => readChunk(lake, chunk, signal).next(),
]) {
  await work().catch((error: unknown) => {
    console.log(error instanceof FactsLakeError ? `${error.code}: ${error.message}` : error);
  });
}
