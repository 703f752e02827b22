import type {
  AnchorAnswer,
  AnchorDetail,
  AnchorHistory,
  anchorHistoryQuery,
  AnchorIncidents,
  anchorIncidentsQuery,
  AnchorList,
  anchorParameters,
  anchorsQuery,
  ApiKeyAnswer,
  ApiKeyList,
  apiKeyParameters,
  apiKeysQuery,
  AssetDetail,
  AssetList,
  assetParameters,
  assetsQuery,
  BackfillAnswer,
  BackfillList,
  backfillParameters,
  backfillsQuery,
  CacheStats,
  ClaimableBalanceList,
  claimableBalancesQuery,
  ClawbackList,
  clawbacksQuery,
  ContractTransferList,
  contractTransfersQuery,
  CorridorDetail,
  CorridorFailures,
  CorridorHistory,
  corridorHistoryQuery,
  CorridorList,
  corridorParameters,
  corridorQuery,
  corridorsQuery,
  EventPage,
  eventsQuery,
  FailureReasonList,
  failureReasonsQuery,
  IssuedApiKey,
  IssuedToken,
  LedgerDetail,
  LedgerList,
  ledgerParameters,
  ledgersQuery,
  Liveness,
  Network,
  newAnchor,
  newApiKey,
  newBackfill,
  PaymentDetail,
  PaymentList,
  paymentParameters,
  paymentsQuery,
  PoolDetail,
  PoolList,
  PoolOperationList,
  poolOperationsQuery,
  poolParameters,
  poolQuery,
  PoolRankings,
  poolRankingsQuery,
  PoolSnapshotList,
  poolSnapshotsQuery,
  poolsQuery,
  PoolStats,
  Readiness,
  RegistrationList,
  registrationsQuery,
  rotateApiKey,
  Startup,
  TradeList,
  tradesQuery,
  TransactionDetail,
  TransactionList,
  transactionParameters,
  transactionsQuery,
  TrustlineHistory,
  trustlineHistoryQuery,
  TrustlineOperationList,
  trustlineOperationsQuery,
  TrustlineRankings,
  trustlineRankingsQuery,
  TrustlineStats,
} from '@stellar-insights/contract';
import { list, one, post, type BodyOf, type None, type ParametersOf } from './route.ts';
import { webhookRoutes } from './webhook-routes.ts';

const POOLS = '/api/v1/liquidity-pools';
const TRUSTLINES = '/api/v1/trustlines';
type OfAnchor = ParametersOf<typeof anchorParameters>;
type OfBackfill = ParametersOf<typeof backfillParameters>;

const otherRoutes = {
  /** Corridors with their success rates. */
  listCorridors: list<ParametersOf<typeof corridorsQuery>, CorridorList>('/api/v1/corridors'),
  /** One corridor, with its size classes. */
  getCorridor: one<
    ParametersOf<typeof corridorParameters> & ParametersOf<typeof corridorQuery>,
    CorridorDetail
  >('/api/v1/corridors/{source}/{dest}'),
  /** A corridor over time, oldest first. */
  getCorridorHistory: list<
    ParametersOf<typeof corridorParameters> & ParametersOf<typeof corridorHistoryQuery>,
    CorridorHistory
  >('/api/v1/corridors/{source}/{dest}/history'),
  /** Why payments of a corridor fail. */
  getCorridorFailures: one<
    ParametersOf<typeof corridorParameters> & ParametersOf<typeof corridorQuery>,
    CorridorFailures
  >('/api/v1/corridors/{source}/{dest}/failures'),
  /** Ledgers, newest first. */
  listLedgers: list<ParametersOf<typeof ledgersQuery>, LedgerList>('/api/v1/ledgers'),
  getLedger: one<ParametersOf<typeof ledgerParameters>, LedgerDetail>('/api/v1/ledgers/{sequence}'),
  /** Payments, newest first. */
  listPayments: list<ParametersOf<typeof paymentsQuery>, PaymentList>('/api/v1/payments'),
  getPayment: one<ParametersOf<typeof paymentParameters>, PaymentDetail>('/api/v1/payments/{op_id}'),
  /** What each failure code means, whether trying again helps, and what to do. One page has them all. */
  listFailureReasons: list<ParametersOf<typeof failureReasonsQuery>, FailureReasonList>(
    '/api/v1/failure-reasons',
  ),
  /** Transactions, newest first. */
  listTransactions: list<ParametersOf<typeof transactionsQuery>, TransactionList>('/api/v1/transactions'),
  /** A transaction by its outer or inner hash, with everything that is recorded of its operations. */
  getTransaction: one<ParametersOf<typeof transactionParameters>, TransactionDetail>(
    '/api/v1/transactions/{tx_hash}',
  ),
  /** What offers and pools exchanged, newest first. */
  listTrades: list<ParametersOf<typeof tradesQuery>, TradeList>('/api/v1/trades'),
  /** Creations and claims of claimable balances, newest first. */
  listClaimableBalances: list<ParametersOf<typeof claimableBalancesQuery>, ClaimableBalanceList>(
    '/api/v1/claimable-balances',
  ),
  /** What issuers took back, newest first. */
  listClawbacks: list<ParametersOf<typeof clawbacksQuery>, ClawbackList>('/api/v1/clawbacks'),
  /** What Stellar Asset Contracts moved, newest first. */
  listContractTransfers: list<ParametersOf<typeof contractTransfersQuery>, ContractTransferList>(
    '/api/v1/contract-transfers',
  ),
  /** Operations on trustlines, newest first. */
  listTrustlineOperations: list<ParametersOf<typeof trustlineOperationsQuery>, TrustlineOperationList>(
    '/api/v1/trustline-operations',
  ),
  /** Deposits into liquidity pools and withdrawals, newest first. */
  listPoolOperations: list<ParametersOf<typeof poolOperationsQuery>, PoolOperationList>(
    '/api/v1/pool-operations',
  ),
  /** Liquidity pools, the most valuable first. */
  listPools: list<ParametersOf<typeof poolsQuery>, PoolList>(POOLS),
  /** Liquidity pools by one figure, with their ranks. */
  rankPools: list<ParametersOf<typeof poolRankingsQuery>, PoolRankings>(`${POOLS}/rankings`),
  /** All liquidity pools together. */
  getPoolStats: one<None, PoolStats>(`${POOLS}/stats`),
  /** One pool, with its impermanent loss between two dates and what its assets are worth. */
  getPool: one<ParametersOf<typeof poolParameters> & ParametersOf<typeof poolQuery>, PoolDetail>(
    `${POOLS}/{pool_id}`,
  ),
  /** What a pool held over time, newest first. */
  listPoolSnapshots: list<
    ParametersOf<typeof poolParameters> & ParametersOf<typeof poolSnapshotsQuery>,
    PoolSnapshotList
  >(`${POOLS}/{pool_id}/snapshots`),
  /** Issued assets, those with most trustlines first. */
  listAssets: list<ParametersOf<typeof assetsQuery>, AssetList>('/api/v1/assets'),
  getAsset: one<ParametersOf<typeof assetParameters>, AssetDetail>('/api/v1/assets/{asset}'),
  /** The trustlines of all assets together. */
  getTrustlineStats: one<None, TrustlineStats>(`${TRUSTLINES}/stats`),
  /** Assets by their trustlines, with their ranks. */
  rankTrustlines: list<ParametersOf<typeof trustlineRankingsQuery>, TrustlineRankings>(
    `${TRUSTLINES}/rankings`,
  ),
  /** The trustlines of an asset day by day, oldest first. */
  getTrustlineHistory: list<
    ParametersOf<typeof assetParameters> & ParametersOf<typeof trustlineHistoryQuery>,
    TrustlineHistory
  >(`${TRUSTLINES}/{asset}/history`),
  /** Anchors, with the success rates of their corridors. */
  listAnchors: list<ParametersOf<typeof anchorsQuery>, AnchorList>('/api/v1/anchors'),
  /** One anchor, with its issuers, assets and corridors. */
  getAnchor: one<OfAnchor, AnchorDetail>('/api/v1/anchors/{anchor_id}'),
  /** What an anchor was, newest first. */
  getAnchorHistory: list<OfAnchor & ParametersOf<typeof anchorHistoryQuery>, AnchorHistory>(
    '/api/v1/anchors/{anchor_id}/history',
  ),
  /** What happened to an anchor, newest first. */
  listAnchorIncidents: list<OfAnchor & ParametersOf<typeof anchorIncidentsQuery>, AnchorIncidents>(
    '/api/v1/anchors/{anchor_id}/incidents',
  ),
  /** This and the next two need a key with the scope `admin`. */
  registerAnchor: post<BodyOf<typeof newAnchor>, AnchorAnswer>('/api/v1/admin/anchors'),
  listRegisteredAnchors: list<ParametersOf<typeof registrationsQuery>, RegistrationList>(
    '/api/v1/admin/anchors',
  ),
  /** Also an anchor that was discovered; it is not discovered again. */
  removeAnchor: {
    ...post<OfAnchor, undefined>('/api/v1/admin/anchors/{anchor_id}'),
    method: 'DELETE',
  },
  /** How far ingestion has come. */
  getNetwork: one<None, Network>('/api/v1/network'),
  /** How the cache of answers works, in the process that answers. */
  getCacheStats: one<None, CacheStats>('/api/v1/cache/stats'),
  /** The event log, page by page: pass `next_cursor` as `after`. `follow` needs no polling. */
  listEvents: one<ParametersOf<typeof eventsQuery>, EventPage>('/api/v1/events'),
  /** A token that opens one stream within 60 s: for a browser, from a server that has the key. */
  createToken: post<None, IssuedToken>('/api/v1/tokens'),
  /** Keys, newest first. This and the following need a key with the scope `admin`. */
  listKeys: list<ParametersOf<typeof apiKeysQuery>, ApiKeyList>('/api/v1/admin/keys'),
  getKey: one<ParametersOf<typeof apiKeyParameters>, ApiKeyAnswer>('/api/v1/admin/keys/{key_id}'),
  /** The answer's `secret` is shown this once. */
  createKey: post<BodyOf<typeof newApiKey>, IssuedApiKey>('/api/v1/admin/keys'),
  /** Another secret for the key; those that it has stay valid for the overlap. */
  rotateKey: post<ParametersOf<typeof apiKeyParameters> & BodyOf<typeof rotateApiKey>, IssuedApiKey>(
    '/api/v1/admin/keys/{key_id}/rotate',
  ),
  revokeKey: post<ParametersOf<typeof apiKeyParameters>, ApiKeyAnswer>('/api/v1/admin/keys/{key_id}/revoke'),
  /** Backfills, newest first. */
  listBackfills: list<ParametersOf<typeof backfillsQuery>, BackfillList>('/api/v1/admin/backfills'),
  getBackfill: one<OfBackfill, BackfillAnswer>('/api/v1/admin/backfills/{backfill_id}'),
  /** Loads older ledgers. The same range again is the same backfill. */
  createBackfill: post<BodyOf<typeof newBackfill>, BackfillAnswer>('/api/v1/admin/backfills'),
  /** Ledgers that are visible stay. */
  cancelBackfill: {
    ...post<OfBackfill, BackfillAnswer>('/api/v1/admin/backfills/{backfill_id}'),
    method: 'DELETE',
  },
  getLiveness: one<None, Liveness>('/health/live'),
  getStartup: { ...one<None, Startup>('/health/startup'), accepts: [200, 503] },
  getReadiness: { ...one<None, Readiness>('/health/ready'), accepts: [200, 503] },
} as const;

// An intersection, as the type of a spread is declared without the comments.
export type Routes = typeof otherRoutes & typeof webhookRoutes;

/** Every route of the API by the name of its operation in the OpenAPI document. */
export const routes: Routes = { ...otherRoutes, ...webhookRoutes };
