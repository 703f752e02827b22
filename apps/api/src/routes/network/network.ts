import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { LedgerSummary } from '@stellar-insights/analytics';
import { network, noQuery, type Network } from '@stellar-insights/contract';
import {
  readCloseIntervals,
  readCursor,
  readKeptLedgers,
  readLedger,
  readLedgerAge,
  type CloseIntervals,
} from '@stellar-insights/db/ledgers';
import { readTaskStatus, reportedTip, type TaskStatus } from '@stellar-insights/db/tasks';
import { isoTime, wholeSeconds } from '@stellar-insights/wire';
import { asOfLedgers, snapshotCursor } from '../../answers/as-of.ts';
import { jsonOnly } from '../../answers/formats.ts';
import { answerJson } from '../../answers/json.ts';
import { jsonResponse, problemResponses } from '../../answers/responses.ts';
import { inSnapshot, type ApiEnv, type RouteContext } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';
import { REVALIDATED } from '../../middleware/cache-control.ts';

const route = createRoute({
  method: 'get',
  path: '/network',
  operationId: 'getNetwork',
  summary: 'How far ingestion has come, and the state of its tasks',
  description:
    'The last ledger stored, how far it is behind the network, and what each task of the workers does or waits for.',
  tags: ['network'],
  security: requires('read'),
  middleware: [jsonOnly],
  request: { query: noQuery },
  responses: { 200: jsonResponse(network, 'The network.'), ...problemResponses },
});

export function networkRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const answer = await answerNetwork(context.get('route'));
    return answerJson(context, answer, REVALIDATED);
  });
}

async function answerNetwork(context: RouteContext): Promise<Network> {
  const { db, signal } = context;
  const [cursor, ageMs, tasks] = await Promise.all([
    readCursor(db, { signal }),
    readLedgerAge(db, { signal }),
    readTaskStatus(db, { signal }),
  ]);
  const follower = tasks.find(({ task }) => task === 'ledger-ingest');
  return await inSnapshot(context, async (tx) => {
    const kept = await readKeptLedgers(tx);
    const last = kept && (await readLedger(tx, kept.last));
    if (cursor === null || kept === null || last === null) {
      return nothingStored(reportedTip(follower, null).tip, tasks);
    }
    const { tip, lagLedgers } = reportedTip(follower, kept.last);
    return {
      data: {
        cursor: { sequence: kept.last, hash: last.header.hash, closed_at: isoTime(last.header.closedAt) },
        newest_ledger_age_seconds: wholeSeconds(ageMs),
        tip,
        lag_ledgers: lagLedgers,
        chain: chainOf(cursor.networkPassphrase, last, await readCloseIntervals(tx)),
        tasks: tasks.map(renderTask),
      },
      as_of: await asOfLedgers(tx, { from: kept.first, to: kept.last, cursor: await snapshotCursor(tx) }),
    };
  });
}

function nothingStored(tip: number | null, tasks: readonly TaskStatus[]): Network {
  return {
    data: {
      cursor: null,
      newest_ledger_age_seconds: null,
      tip,
      lag_ledgers: null,
      chain: null,
      tasks: tasks.map(renderTask),
    },
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

/** Without the error's message: it may contain hosts and keys of the operator. */
function renderTask(status: TaskStatus): Network['data']['tasks'][number] {
  const { task, lastError, lastProgressAt, progressAgeMs, waitingFor, waitingSince } = status;
  return {
    task,
    status: lastError === null ? 'ok' : 'failing',
    error_code: lastError?.code ?? null,
    error_at: lastError?.at.toISOString() ?? null,
    error_since: lastError?.since.toISOString() ?? null,
    last_progress_at: lastProgressAt?.toISOString() ?? null,
    progress_age_seconds: wholeSeconds(progressAgeMs),
    waiting_for: waitingFor,
    waiting_since: waitingSince?.toISOString() ?? null,
  };
}
