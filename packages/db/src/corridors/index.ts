export { listCorridors, type CorridorOrder, type CorridorPlace } from './list-corridors.ts';
export { readCorridorFailures } from './read-corridor-failures.ts';
export { readCorridorHistory } from './read-corridor-history.ts';
export { corridorIsKnown, readCorridor, type CorridorWithSizes } from './read-corridor.ts';
export { syncCorridorBuckets } from './sync-buckets.ts';
export { resolveWindow, type Window } from './window.ts';
