import { systemClock } from '../host/clock.ts';
import { signalExitCode } from '../host/exit-code.ts';
import { stopSignals } from '../host/signals.ts';
import { sharedState } from './shared-state.ts';

/** Who sends two requests that are further apart than this means it. */
const DEBOUNCE_MS = 200;

/** Keeps the first signal until a lifecycle takes it over; a second one ends the process. */
export function holdSignals(): void {
  const shared = sharedState();
  if (shared.releaseSignals !== undefined || shared.owner !== undefined) return;
  let first: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  const hold = (signal: NodeJS.Signals): void => {
    const now = systemClock.now();
    first ??= { signal, at: now };
    if (now - first.at >= DEBOUNCE_MS) process.exit(signalExitCode(signal));
  };
  const signals = stopSignals(process.platform);
  for (const signal of signals) process.on(signal, hold);
  shared.releaseSignals = () => {
    for (const signal of signals) process.off(signal, hold);
    shared.releaseSignals = undefined;
    return first?.signal;
  };
}
