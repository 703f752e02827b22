import type { HorizonRequest } from './resource.ts';
import { invalidField } from './problem.ts';

/** One record of a collection, not yet written out. */
export interface Row {
  /** Names its place to clients. */
  readonly token: string;
  /** Its place in the collection: rows are in code-unit order of their keys. */
  readonly key: string;
  readonly record: () => object;
}

export interface PageQuery {
  readonly cursor: string;
  readonly limit: number;
  readonly order: 'asc' | 'desc';
}

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 200;

export function pageQuery(query: URLSearchParams): PageQuery {
  const limit = query.get('limit') ?? String(DEFAULT_LIMIT);
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > MAX_LIMIT) {
    throw invalidField('limit', `limit must be a number from 1 to ${MAX_LIMIT}`);
  }
  const order = query.get('order') ?? 'asc';
  if (order !== 'asc' && order !== 'desc') throw invalidField('order', 'order must be asc or desc');
  return { cursor: query.get('cursor') ?? '', limit: Number(limit), order };
}

/** A HAL page of the rows after the cursor. `keyOf` returns the key that a cursor stands for, or null if it is no cursor. */
export function page(
  { base, path, query }: HorizonRequest,
  rows: readonly Row[],
  keyOf: (cursor: string) => string | null,
) {
  const { cursor, limit, order } = pageQuery(query);
  const key = cursor === '' ? '' : keyOf(cursor);
  if (key === null) throw invalidField('cursor', `cursor ${cursor} is no paging_token of this collection`);

  const ascending = rows.toSorted((left, right) => (left.key < right.key ? -1 : 1));
  const ordered = order === 'asc' ? ascending : ascending.toReversed();
  const behind = ordered.filter((row) => key === '' || (order === 'asc' ? row.key > key : row.key < key));
  const shown = behind.slice(0, limit);

  const link = (at: string, direction: PageQuery['order']) => {
    const parameters = new URLSearchParams(query);
    for (const [name, value] of Object.entries({ cursor: at, limit, order: direction })) {
      parameters.set(name, String(value));
    }
    return { href: `${base}${path}?${parameters.toString()}` };
  };
  return {
    _links: {
      self: link(cursor, order),
      next: link(shown.at(-1)?.token ?? cursor, order),
      prev: link(shown.at(0)?.token ?? cursor, order === 'asc' ? 'desc' : 'asc'),
    },
    _embedded: { records: shown.map(({ record }) => record()) },
  };
}
