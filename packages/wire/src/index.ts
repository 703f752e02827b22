export {
  CORRIDOR_COLUMNS,
  CORRIDOR_POINT_COLUMNS,
  renderCorridor,
  renderCounts,
  renderSizeClasses,
  selectCounts,
} from './corridor.ts';
export { corridorTable, type TableCorridor } from './corridor-table.ts';
export { csv, type Columns } from './csv.ts';
export { renderCorridorFailures } from './failure.ts';
export { LEDGER_COLUMNS, renderLedger } from './ledger.ts';
export { ledgerEvents } from './ledger-events.ts';
export { PAYMENT_COLUMNS, renderPayment } from './payment.ts';
export { isoTime } from './time.ts';
