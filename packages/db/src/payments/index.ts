export { listPayments, type PaymentListOptions, type PaymentPage } from './list-payments.ts';
export type { PaymentFilter } from './payment-filter.ts';
export { readPayment } from './read-payment.ts';
export type { StoredPayment } from './stored-payments.ts';
