import { syncCorridorBuckets } from '@stellar-insights/db/corridors';
import { test as onStage } from './stage.ts';
import { storedSimulation } from './stored-simulation.ts';

/** 500 ledgers of half a minute. The buckets of the first 305 are computed; the last of these buckets has newer ledgers too. */
export const test = onStage.extend('simulation', { scope: 'file' }, async ({ db }) => {
  const simulation = storedSimulation(db);
  await simulation.close(305);
  while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
  await simulation.close(195);
  return simulation;
});
