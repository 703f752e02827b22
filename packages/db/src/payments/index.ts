export {
  listPayments,
  type PaymentListOptions,
  type PaymentPage,
  type StoredPayment,
} from './list-payments.ts';
export type { PaymentFilter } from './payment-filter.ts';
export { readPayment } from './read-payment.ts';
