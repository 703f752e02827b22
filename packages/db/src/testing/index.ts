export { DrizzleInserts } from './drizzle-inserts.ts';
export { generateHistory, type GeneratedHistory } from './generated-history.ts';
export { accountName, assetName, contractName, POPULAR_MEMO, transactionHash } from './generated-names.ts';
export { LARGE_HISTORY, SMALL_HISTORY, type HistorySize } from './history-size.ts';
export { SMALL_TABLES, type Plan } from './plan.ts';
export { PlanRecorder } from './plan-recorder.ts';
export { copyFiles, preparePayments, storePayments, type CopyFile } from './store-payments.ts';
