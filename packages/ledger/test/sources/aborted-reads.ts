/** Begins to read from a lake and an RPC at the URL given, aborts both after the first sign of life, and does no more. */
import { openSource } from '../../src/sources/open-source.ts';

const url = process.argv[2] ?? '';
const abort = new AbortController();
const reason = new Error('asked to stop');

async function read(location: { lake: string } | { rpc: string }): Promise<void> {
  const source = openSource(location, { timeoutMs: 600_000, pollIntervalMs: 600_000 });
  for await (const { sequence } of source.ledgers({ from: 10 }, abort.signal)) {
    if (sequence === 15) setTimeout(() => abort.abort(reason), 50);
  }
}

const outcomes = await Promise.allSettled([read({ lake: `${url}/lake` }), read({ rpc: `${url}/rpc` })]);
const asReason = outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason === reason);
process.exitCode = asReason ? 0 : 1;
