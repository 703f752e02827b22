import type { AsOf } from '@stellar-insights/contract';
import { createMiddleware } from 'hono/factory';
import type { Readiness } from '@stellar-insights/lifecycle';
import type { Clock } from '@stellar-insights/runtime/time';
import type { RateLimits } from '../rate-limits/rate-limits.ts';
import type { ApiMetrics } from '../routes/health/api-metrics.ts';
import type { ApiEnv } from './route-context.ts';

/** A page that another may follow. */
export interface StreamedPage {
  readonly data: readonly object[];
  readonly page: { readonly next_cursor: string | null };
  readonly as_of?: AsOf;
}

/** How far one answer goes. The caller's key was checked when it began. */
const MOST_PAGES = 500;
const MOST_MS = 60_000;

interface Bounds {
  readonly readiness: Pick<Readiness, 'ready'>;
  readonly limits: Pick<RateLimits, 'take'>;
  readonly metrics: Pick<ApiMetrics, 'pageStreamed'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Gives a request what decides whether its answer goes on with another page, which counts as another request. */
export function boundStreams({ readiness, limits, metrics, clock }: Bounds) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const until = clock.now() + MOST_MS;
    let pages = 1;
    context.set('takesAnotherPage', () => {
      pages += 1;
      if (pages > MOST_PAGES || clock.now() > until || !readiness.ready) return false;
      const asker = { address: context.get('address'), caller: context.get('caller') };
      if (limits.take(asker)?.isExceeded === true) return false;
      metrics.pageStreamed();
      return true;
    });
    await next();
  });
}

interface Continuation<Page> {
  readonly next: (cursor: string) => Promise<Page>;
  /** Asked at the end of each page that another follows. */
  readonly takesAnother: () => boolean;
}

/**
 * The rows of a page and of those after it, one a line; each page is read when the one before has been taken. Then, as the last
 * line, the list without `data`: where it ended, and the ledgers and gaps of all its pages.
 */
export async function* streamList<Page extends StreamedPage>(
  first: Page,
  { next, takesAnother }: Continuation<Page>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let list = first;
  let asOf = first.as_of;
  let rows = 0;
  for (;;) {
    const { data, ...rest } = list;
    rows += data.length;
    if (data.length > 0) yield Buffer.from(ndjson(data));
    const { next_cursor: cursor } = list.page;
    if (cursor === null || !takesAnother()) {
      yield Buffer.from(ndjson([{ ...rest, as_of: asOf, rows }]));
      return;
    }
    list = await next(cursor);
    asOf = asOf && list.as_of && joined(asOf, list.as_of);
  }
}

/** One row a line. */
export function ndjson(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** The cursor is that of the later page, from which events continue. */
function joined(before: AsOf, after: AsOf): AsOf {
  return {
    ...after,
    from_ledger: Math.min(before.from_ledger, after.from_ledger),
    to_ledger: Math.max(before.to_ledger, after.to_ledger),
    gaps: united([...before.gaps, ...after.gaps]),
  };
}

/** A gap in which one page ends and the next begins is one gap: two of them have a ledger between them. */
function united(gaps: AsOf['gaps']): AsOf['gaps'] {
  const found: AsOf['gaps'] = [];
  for (const gap of gaps.toSorted((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last === undefined || gap.from > last.to + 1) found.push({ ...gap });
    else last.to = Math.max(last.to, gap.to);
  }
  return found;
}
