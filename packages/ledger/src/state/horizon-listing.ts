import type { LedgerSequence } from '../brands.ts';
import { PageRefusedError } from '../sources/errors.ts';
import { StateError } from './errors.ts';
import type { HorizonAnswer, HorizonClient, RequestPriority } from './horizon-client.ts';
import { HorizonFields } from './horizon-fields.ts';
import type { ListedRecord } from './horizon-records.ts';
import type { StatePage } from './network-state.ts';

/** 20 million records; pubnet has 400,000 assets. */
const MAX_PAGES = 100_000;

/** Whether the cursor `right` may stand behind `left` in a listing. */
export type TokenOrder = (left: string, right: string) => boolean;

/** Of hex digits. */
export const byCodeUnit: TokenOrder = (left, right) => left < right;

interface Listing<T> {
  /** The collection's path. */
  readonly path: string;
  readonly parse: (record: unknown) => ListedRecord<T>;
  /** Called for each listing anew, as an order may be learnt from the records. */
  readonly order: () => TokenOrder;
  readonly priority?: RequestPriority;
}

/**
 * All records of a collection behind a cursor, each once. It makes the cursors itself, from the last record of each page:
 * records that come or go meanwhile neither repeat nor hide another one, and no link leads elsewhere. A page that repeats or
 * goes back is asked for again. A short page ends the listing only if the collection's last record is not behind it.
 */
export async function* listRecords<T>(
  client: HorizonClient,
  { path, parse, order, priority = 'due' }: Listing<T>,
  { cursor: start, oldest }: { readonly cursor: string | null; readonly oldest: LedgerSequence },
  signal: AbortSignal,
): AsyncGenerator<StatePage<T>> {
  const { pageSize } = client;
  const isBehind = order();
  let cursor = start;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const after = cursor;
    const query = { order: 'asc', limit: String(pageSize), ...(after !== null && { cursor: after }) };
    const page = await client.get(
      { path, query, priority },
      async (answer) => {
        const records = recordsOf(answer, pageSize).map(parse);
        requireOrder(records, after, isBehind, answer.subject);
        const last = records.at(-1)?.token ?? after;
        const ended = records.length < pageSize && (await isEnd(last));
        if (records.length === 0 && !ended) {
          throw new PageRefusedError(`an empty page behind ${String(last)}, where there are more records`);
        }
        return { records, last, ended, ledger: answer.ledger ?? oldest };
      },
      signal,
    );
    cursor = page.ended ? null : page.last;
    yield { records: page.records.map(({ state }) => state), ledger: page.ledger, cursor };
    if (page.ended) return;
  }
  throw new StateError('horizon_inconsistent', {
    found: `${MAX_PAGES} pages of ${path} at ${client.origin} without an end`,
    expected: 'an end',
    action: 'use another Horizon',
  });

  async function isEnd(last: string | null): Promise<boolean> {
    const query = { order: 'desc', limit: '1' };
    return await client.get(
      { path, query, priority },
      (answer) => {
        const [final] = recordsOf(answer, 1).map(parse);
        return final === undefined || (last !== null && !isBehind(last, final.token));
      },
      signal,
    );
  }
}

/** The records of a HAL page. */
export function recordsOf({ body, subject }: HorizonAnswer, limit: number): readonly unknown[] {
  const records = new HorizonFields(body, `the page ${subject}`).object('_embedded').list('records');
  if (records.length <= limit) return records;
  throw new PageRefusedError(`${records.length} records in a page of ${limit}`);
}

function requireOrder(
  records: readonly ListedRecord<unknown>[],
  after: string | null,
  isBehind: TokenOrder,
  subject: string,
): void {
  let last = after;
  for (const { token } of records) {
    if (last !== null && !isBehind(last, token)) {
      throw new PageRefusedError(`${token} behind ${last} in ${subject}`);
    }
    last = token;
  }
}
