import {
  accountName,
  contractName,
  transactionHash,
  type GeneratedHistory,
} from '@stellar-insights/db/testing';

type Query = Readonly<Record<string, string>>;

/** What a list of facts is asked for. */
interface ListQuestions {
  readonly path: string;
  /** What many rows have. */
  readonly hits: readonly Query[];
  /** What no row has, or hardly any. */
  readonly misses: readonly Query[];
  /** What no index serves: rows are looked at one by one, as many as one request may. */
  readonly readings: readonly Query[];
}

const UNKNOWN = { account: accountName(-1), hash: '0'.repeat(64) };

/** Each filter of each list, on a generated history. */
export function listQuestions(history: GeneratedHistory): ListQuestions[] {
  const { busiestAccount: busy, idleAccount: idle, rareAccount: rare, busiestAsset, idleAsset } = history;
  const accounts = (name = 'account') => ({
    hits: [{ [name]: busy }],
    misses: [{ [name]: idle }, { [name]: rare }, { [name]: UNKNOWN.account }],
  });
  const assets = (name = 'asset') => ({
    hits: [{ [name]: busiestAsset }],
    misses: [{ [name]: idleAsset }],
  });
  const hash = (name: string) => ({ hits: [], misses: [{ [name]: UNKNOWN.hash }] });
  const all = (
    path: string,
    parts: readonly Pick<ListQuestions, 'hits' | 'misses'>[],
    readings: Query[],
  ) => ({
    path,
    hits: [{}, { order: 'asc' }, ...parts.flatMap(({ hits }) => hits)],
    misses: parts.flatMap(({ misses }) => misses),
    readings,
  });
  const transaction = {
    hits: [{ tx_hash: transactionHash(70_000) }],
    misses: [{ tx_hash: UNKNOWN.hash }],
  };
  const reason = { hits: [], misses: [{ result: 'PAYMENT_NO_ISSUER' }, { result: 'PAYMENT_MALFORMED' }] };
  const outcomes = [{ result: 'failed' }, { result: 'succeeded' }];
  return [
    all(
      '/trades',
      [accounts(), assets(), assets('sold_asset'), assets('bought_asset'), hash('pool_id'), transaction],
      [{ offer_id: '9' }],
    ),
    all(
      '/claimable-balances',
      [accounts(), assets(), hash('balance_id'), reason, transaction],
      [...outcomes, { claimant: idle }, { type: 'claim_claimable_balance' }],
    ),
    all(
      '/clawbacks',
      [accounts(), accounts('from_account'), assets(), hash('balance_id'), reason, transaction],
      [...outcomes, { type: 'clawback_claimable_balance' }],
    ),
    all(
      '/contract-transfers',
      [
        accounts(),
        accounts('from_account'),
        accounts('to_account'),
        assets(),
        { hits: [{ contract: contractName(1) }], misses: [{ contract: `C${'A'.repeat(55)}` }] },
        reason,
        transaction,
      ],
      [...outcomes, { type: 'mint' }],
    ),
    all(
      '/trustline-operations',
      [accounts(), assets(), hash('pool_id'), reason, transaction],
      [...outcomes, { type: 'allow_trust' }],
    ),
    all(
      '/pool-operations',
      [accounts(), hash('pool_id'), reason, transaction],
      [...outcomes, { type: 'liquidity_pool_withdraw' }],
    ),
    all(
      '/transactions',
      [accounts(), { hits: [{ memo: 'free money' }], misses: [{ memo: 'nobody' }] }],
      [...outcomes, { result: 'txBAD_SEQ' }],
    ),
  ];
}
