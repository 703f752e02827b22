export { accountChannel, assetChannel, corridorChannel, type Channel } from './events/channel.ts';
export { formatCursor, parseCursor, type EventCursor } from './events/event-cursor.ts';
export { ledgerClosed, type LedgerClosed } from './events/ledger-closed.ts';
export { logEvent, type LogEvent } from './events/log-event.ts';
export {
  paymentCreated,
  paymentFailed,
  type EventMemo,
  type PaymentCreated,
  type PaymentFailed,
} from './events/payment.ts';

export { durationMs } from './rest/duration.ts';
export { asOf, type AsOf } from './rest/as-of.ts';
export {
  corridor,
  corridorDetail,
  corridorList,
  corridorParameters,
  corridorQuery,
  corridorsQuery,
  type Corridor,
  type CorridorDetail,
  type CorridorList,
  type CorridorsQuery,
} from './rest/corridor.ts';
export { corridorFailures, type CorridorFailures } from './rest/corridor-failures.ts';
export {
  corridorHistory,
  corridorHistoryQuery,
  type CorridorHistory,
  type CorridorHistoryQuery,
  type CorridorPoint,
} from './rest/corridor-history.ts';
export { liveness, readiness, startup, type Readiness } from './rest/health.ts';
export {
  ledgerDetail,
  ledgerList,
  ledgerParameters,
  ledgersQuery,
  type Ledger,
  type LedgerDetail,
  type LedgerList,
  type LedgersQuery,
} from './rest/ledger.ts';
export { network, type Network } from './rest/network.ts';
export { noQuery } from './rest/parameters.ts';
export {
  paymentDetail,
  paymentList,
  paymentParameters,
  paymentsQuery,
  type Payment,
  type PaymentDetail,
  type PaymentList,
  type PaymentsQuery,
} from './rest/payment.ts';
export { problem, type Problem } from './rest/problem.ts';
export { rate, type Rate } from './rest/success-rate.ts';
