import { inspect } from 'node:util';
import type { LedgerFacts } from '@stellar-insights/ledger';
import type { Random, Simulation } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { ask, type Api } from './ask.ts';

/** What rows of all lists of facts say of their place. */
export interface Row {
  readonly op_id?: string;
  readonly id?: string;
  readonly ledger: number;
  readonly closed_at: string;
  readonly tx_hash: string;
}

/** For each filter of a list, the values by which it finds a row. The first that there is of a row is asked for. */
export type Filters<Listed> = Readonly<
  Record<string, (row: Listed) => readonly (string | null | undefined)[]>
>;

/** All rows that a list should have, oldest first, and its filters. */
export interface ListTruth<Listed = Row> {
  readonly rows: readonly Listed[];
  readonly filters: Filters<Listed>;
}

type Query = Readonly<Record<string, string>>;

interface Page {
  readonly data: readonly Row[];
  readonly page: { readonly next_cursor: string | null };
}

/** How much of a long list is read, and in pages of how many rows. */
const ROWS = process.env['TEST_FULL'] ? Infinity : 150;
const LIMIT = '75';

/** Fails unless the list begins with these rows, or has them all. `rows`: oldest first. */
async function expectRows(api: Api, path: string, query: Query, rows: readonly Row[]): Promise<void> {
  const what = `${path} ${inspect(query)}`;
  const selected = query['order'] === 'asc' ? rows : rows.toReversed();
  const expected = selected.slice(0, ROWS);
  const found: Row[] = [];
  let next: string | null = '';
  while (next !== null && found.length < ROWS) {
    const paging: Query = next === '' ? {} : { cursor: next };
    const list: Page = await ask(api, path, { limit: LIMIT, ...query, ...paging });
    found.push(...list.data);
    next = list.page.next_cursor;
  }
  expect(found, what).toStrictEqual(expected);
  expect(next === null, what).toBe(selected.length <= expected.length);
}

/**
 * Fails unless each filter, alone, beside each other one and in a range, finds exactly the rows that it should, in an order
 * by chance.
 */
export async function expectFilters(
  api: Api,
  path: string,
  { rows, filters }: ListTruth,
  random: Random,
): Promise<void> {
  const names = Object.keys(filters);
  const valueOf = (name: string, row: Row) => filters[name]?.(row).find((value) => value);
  for (const [place, name] of names.entries()) {
    for (const other of names.slice(place)) {
      const having = rows.filter((row) => valueOf(name, row) && valueOf(other, row));
      if (other === name) expect(having, `${path} ${name}`).not.toStrictEqual([]);
      if (having.length === 0) continue;
      const row = random.pick(having);
      const query = { [name]: valueOf(name, row) ?? '', [other]: valueOf(other, row) ?? '' };
      const order = random.pick(['asc', 'desc']);
      const found = rows.filter((each) =>
        Object.entries(query).every(([filter, value]) => filters[filter]?.(each).includes(value)),
      );
      await expectRows(api, path, { ...query, order }, found);
      if (other !== name) continue;
      const [range, isIn] = random.pick(rangesAround(row, random));
      await expectRows(api, path, { ...query, ...range }, found.filter(isIn));
    }
  }
}

/**
 * Fails unless a list that is read while ledgers are stored has the rows that there were at its first page, or, oldest first,
 * those that there are at its last.
 */
export async function expectUnmoved(
  api: Api,
  path: string,
  simulation: Simulation,
  truthOf: (ledgers: readonly LedgerFacts[]) => ListTruth,
): Promise<void> {
  const from = truthOf(simulation.ledgers).rows.at(-40)?.ledger ?? 1;
  const stored = () => truthOf(simulation.ledgers).rows.filter(({ ledger }) => ledger >= from);
  for (const order of ['desc', 'asc']) {
    const before = stored().toReversed();
    const rows: Row[] = [];
    let next: string | null = '';
    for (let pages = 0; next !== null; pages++) {
      const paging: Query = next === '' ? {} : { cursor: next };
      const asked: Query = { order, from_ledger: `${from}`, limit: '7', ...paging };
      const list: Page = await ask(api, path, asked);
      rows.push(...list.data);
      next = list.page.next_cursor;
      if (next !== null && pages < 2) await simulation.close(1);
    }
    expect(rows, `${path} ${order}`).toStrictEqual(order === 'asc' ? stored() : before);
  }
}

/** Ranges that a row is in. */
function rangesAround(row: Row, random: Random): readonly (readonly [Query, (row: Row) => boolean])[] {
  const width = random.integer(0, 40);
  const [from, to] = [row.ledger - width, row.ledger + width];
  const [after, before] = [idOf(row) - 1n, idOf(row) + 1n];
  const timeAt = (ledgers: number) => new Date(Date.parse(row.closed_at) + ledgers * 30_000).toISOString();
  const [begin, end] = [timeAt(-width), timeAt(width + 1)];
  return [
    [{ ledger: `${row.ledger}` }, ({ ledger }) => ledger === row.ledger],
    [{ from_ledger: `${from}` }, ({ ledger }) => ledger >= from],
    [{ to_ledger: `${to}` }, ({ ledger }) => ledger <= to],
    [{ from_ledger: `${from}`, to_ledger: `${to}` }, ({ ledger }) => ledger >= from && ledger <= to],
    [{ after_id: `${after}` }, (other) => idOf(other) > after],
    [{ before_id: `${before}` }, (other) => idOf(other) < before],
    [{ after_id: `${after}`, before_id: `${before}` }, (other) => idOf(other) === idOf(row)],
    [{ from: begin, to: end }, ({ closed_at: time }) => time >= begin && time < end],
  ];
}

/** Of its operation; of a transaction, its own. */
function idOf({ op_id: operation, id = '0' }: Row): bigint {
  return BigInt(operation ?? id);
}
