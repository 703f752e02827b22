export { anchorStatusChanged } from './anchor-events.ts';
export { channel } from './define-event.ts';
export { corridorHealthDegraded, corridorHealthRecovered, corridorUpdated } from './corridor-events.ts';
export { ledgerClosed } from './ledger-events.ts';
export { logEvent, type LogEvent, type LogEventOf } from './log-event.ts';
export { corridorLiquidityDropped, poolChanged } from './pool-events.ts';
export { paymentCreated, paymentFailed } from './payment-events.ts';
export { webhookDisabled } from './webhook-events.ts';
