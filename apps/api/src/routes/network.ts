import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import type { LedgerSummary } from '@stellar-insights/analytics';
import { network, noQuery, type Network } from '@stellar-insights/contract';
import { readSnapshot, type Database } from '@stellar-insights/db';
import {
  readCloseIntervals,
  readCursor,
  readKeptLedgers,
  readLedger,
  type CloseIntervals,
} from '@stellar-insights/db/ledgers';
import { readTaskStatus, type TaskStatus } from '@stellar-insights/db/tasks';
import { isoTime } from '@stellar-insights/wire';
import type { ApiEnv } from '../api-env.ts';
import { jsonOnly } from '../middleware/formats.ts';
import { LIVE } from '../middleware/revalidation.ts';
import { asOfLedgers } from './as-of.ts';
import { jsonAnswer, problems } from './declare.ts';

const route = createRoute({
  method: 'get',
  path: '/network',
  operationId: 'getNetwork',
  summary: 'How far the ledgers go, and how the source is doing',
  tags: ['network'],
  middleware: [jsonOnly],
  request: { query: noQuery },
  responses: { 200: jsonAnswer(network, 'The network.'), ...problems },
});

export function networkRoute({ db }: { readonly db: Database }) {
  return new OpenAPIHono<ApiEnv>().openapi(route, async (context) => {
    const [cursor, tasks] = await Promise.all([readCursor(db), readTaskStatus(db)]);
    const answer = await readSnapshot(db, async (tx): Promise<Network> => {
      const kept = await readKeptLedgers(tx);
      const last = kept && (await readLedger(tx, kept.last));
      if (cursor === null || kept === null || last === null) return nothingStored(tasks);
      const told = tasks.find(({ task }) => task === 'ledger-ingest')?.tip ?? kept.last;
      const tip = Math.max(told, kept.last);
      return {
        data: {
          cursor: { sequence: kept.last, hash: last.header.hash, closed_at: isoTime(last.header.closedAt) },
          tip,
          lag_ledgers: tip - kept.last,
          chain: chainOf(cursor.networkPassphrase, last, await readCloseIntervals(tx)),
          tasks: tasks.map(taskOnWire),
        },
        as_of: await asOfLedgers(tx, kept.first, kept.last),
      };
    });
    return context.json(answer, 200, { 'Cache-Control': LIVE });
  });
}

function nothingStored(tasks: readonly TaskStatus[]): Network {
  return {
    data: { cursor: null, tip: null, lag_ledgers: null, chain: null, tasks: tasks.map(taskOnWire) },
    as_of: null,
  };
}

function chainOf(
  passphrase: string,
  { header }: LedgerSummary,
  intervals: CloseIntervals | null,
): Network['data']['chain'] {
  return {
    network_passphrase: passphrase,
    protocol_version: header.protocolVersion,
    base_fee_stroops: header.baseFee.toString(),
    base_reserve_stroops: header.baseReserve.toString(),
    close_interval_seconds: intervals && {
      ledgers: intervals.count,
      mean: intervals.meanMs / 1000,
      longest: intervals.longestMs / 1000,
    },
  };
}

/** Without the error's message, which may name hosts and keys of whoever runs this. */
function taskOnWire({ task, lastError, lastProgressAt }: TaskStatus): Network['data']['tasks'][number] {
  return {
    task,
    status: lastError === null ? 'ok' : 'failing',
    error_code: lastError?.code ?? null,
    error_at: lastError?.at.toISOString() ?? null,
    last_progress_at: lastProgressAt?.toISOString() ?? null,
  };
}
