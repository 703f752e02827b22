import type { Scenario } from '../scenario.ts';
import { isInstalled } from './haproxy.ts';
import { inFlight } from './in-flight.ts';
import { delayedLoad, synchronousLoad } from './keep-alive-load.ts';
import { blockedLoop, hungHook, secondSignal } from './misbehaviour.ts';
import { halfOpenSockets, idleSockets, unusedSockets } from './quiet-sockets.ts';
import { delayedRollingRestart, rollingRestart } from './rolling-restart.ts';
import { openWebSockets } from './web-sockets.ts';

/** The scenarios of a shutdown; the rolling restart only where HAProxy is installed. */
export function shutdownScenarios(): Record<string, Scenario> {
  return {
    synchronousLoad,
    delayedLoad,
    inFlight,
    idleSockets,
    unusedSockets,
    halfOpenSockets,
    openWebSockets,
    blockedLoop,
    hungHook,
    secondSignal,
    ...(isInstalled() ? { rollingRestart, delayedRollingRestart } : {}),
  };
}
