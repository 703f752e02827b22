export { markLeft, STATE_WINDOW_MS } from './changes.ts';
export { publishStates, type Publication } from './publish-states.ts';
export {
  countOpenIncidents,
  readChanges,
  readCorridorHealth,
  type ChangedCorridor,
  type CorridorChanges,
  type CorridorState,
} from './read-states.ts';
