export { PRESENT } from '../close/era.ts';
export { Random } from '../random.ts';
export { muxedName } from './muxed-name.ts';
export { SimLake, type SimLakeOptions } from './sim-lake.ts';
export { firstOf, NETWORK, NO_FACTS, simulatedLedgers } from './simulated-ledgers.ts';
export {
  countedTruth,
  Simulation,
  type CorridorTruth,
  type CountsTruth,
  type StoreLedger,
} from './simulation.ts';
export { poolFigures, type PoolCountsTruth, type PoolFiguresTruth } from '../truth/pool-figures.ts';
