/**
 * Imported first, for its side effect. A signal that comes before `lifecycle()` is called ends the process on the spot or, where
 * it is PID 1, is lost; from this import on it is kept for the lifecycle.
 */
import { holdSignals } from './hold-signals.ts';

holdSignals();
