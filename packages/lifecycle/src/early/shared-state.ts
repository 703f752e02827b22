import { LifecycleError } from '../errors.ts';

/** What all copies of this package in one process share: a bundle and a module that is preloaded are two copies. */
interface SharedState {
  /** The name of the lifecycle that has not stopped yet. */
  owner?: string | undefined;
  /** Set while signals are held for a lifecycle that is not made yet. Ends that; returns the signal that came. */
  releaseSignals?: (() => NodeJS.Signals | undefined) | undefined;
}

const KEY = Symbol.for('@stellar-insights/lifecycle');

export function sharedState(): SharedState {
  const place = globalThis as { [KEY]?: SharedState };
  return (place[KEY] ??= {});
}

/** The first of two lifecycles to end would exit over the other, which is then not closed. */
export function claimProcess(name: string): void {
  const state = sharedState();
  const { owner } = state;
  state.owner ??= name;
  if (owner === undefined) return;
  const message = `found a lifecycle "${owner}" in this process, expected none, as "${name}" is made: acquire from the one there is`;
  throw new LifecycleError('second_lifecycle', message, { owner, name });
}
