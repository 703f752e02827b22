/** What a path names, by the lists whose rows have it: the parameter, and the field of a row. */
const NAMED_IN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  listCorridors: { source: 'source_asset', dest: 'dest_asset' },
  listLedgers: { sequence: 'sequence' },
  listPayments: { op_id: 'op_id' },
  listTransactions: { tx_hash: 'tx_hash' },
  listPools: { pool_id: 'id' },
  listAssets: { asset: 'asset' },
  listAnchors: { anchor_id: 'id' },
  listKeys: { key_id: 'id' },
  listBackfills: { backfill_id: 'id' },
  listWebhooks: { id: 'id' },
  listWebhookReplays: { id: 'webhook_id', replay_id: 'id' },
};

/** A link of OpenAPI: an operation that can be called with what an answer has. */
export interface Link {
  readonly operationId: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The operations whose paths name what the first row of a list has, by their ids; undefined if nothing is named in its rows. The
 * page for people takes its examples from there.
 *
 * @param pathOf the path of each operation by its id
 */
export function linksOf(
  list: string,
  pathOf: Readonly<Record<string, string>>,
): Record<string, Link> | undefined {
  const fields = NAMED_IN[list];
  if (fields === undefined) return undefined;
  const parameters = Object.entries(fields).map(([name, field]) => [name, `$response.body#/data/0/${field}`]);
  const named = Object.keys(fields).toSorted();
  const linked = Object.entries(pathOf).filter(
    ([, path]) => parametersIn(path).toSorted().join() === named.join(),
  );
  return Object.fromEntries(
    linked.map(([operationId]) => [
      operationId,
      {
        operationId,
        description: 'With the first row of the list.',
        parameters: Object.fromEntries(parameters) as Link['parameters'],
      },
    ]),
  );
}

function parametersIn(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}
