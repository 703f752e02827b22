import { parseCursor } from '@stellar-insights/contract/cursor';
import { CLOSE_CODES } from '@stellar-insights/contract/realtime-codes';
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { EventOrderError, ResyncRequiredError, StreamRefusedError } from './errors.ts';

/*
 * One `follow`, from its start to its one end.
 *
 *   connecting ──subscribed──► live ──notice──► leaving
 *     ▲ ▲  │                    │                │ │
 *     │ │  └────────lost────────┴──► waiting ◄─lost│
 *     │ └──────────due──────────────────┘          │
 *     └────────────due─────────────────────────────┘
 *
 *   connecting, live, leaving ──full──► paused ──drained──► connecting
 *   any state ──stop, resync, refused, an event out of order──► ended
 *
 *   connecting  a connection is being made; it is lost if it is not subscribed when `dueAt` comes
 *   live        the server has confirmed the subscription
 *   leaving     the server will close the connection; its events still count, and the next connection is made at `dueAt`
 *   waiting     no connection; the next one is made at `dueAt`
 *   paused      no connection, because the consumer is slow
 *   ended       terminal: no connection, no timer
 *
 * Invariants:
 * 1. Everything up to `cursor` was accepted, and each connection asks for what follows it. Nothing is therefore skipped.
 * 2. An id is accepted only if it is beyond `cursor`, which it becomes: ids strictly increase. Nothing is therefore
 *    delivered twice. An id that does not increase ends the follow, as the event may be one that was left out before.
 * 3. Only the connection of the state is heard. Whatever a former connection still reports is ignored.
 * 4. A failure raises `failures`, and with it the pause; an accepted event and a connection that held reset it.
 */

interface Common {
  /** All events up to here were accepted; undefined until the server has named its head. */
  readonly cursor: string | undefined;
  /** In a row. */
  readonly failures: number;
  /** How many connections were made so far; it is the number of the current one. */
  readonly connections: number;
}

export type FollowState =
  | (Common & { readonly kind: 'connecting' | 'leaving' | 'waiting'; readonly dueAt: number })
  | (Common & { readonly kind: 'live'; readonly since: number })
  | (Common & { readonly kind: 'paused' })
  | (Common & { readonly kind: 'ended'; readonly error: Error | undefined });

/** What a connection reports. */
export type ConnectionReport =
  /** The server answers; `head` is the newest event of its log. */
  | { readonly type: 'connected'; readonly head: string }
  | { readonly type: 'subscribed' }
  /** Everything that is followed was sent up to `cursor`, which may be beyond the last event. */
  | { readonly type: 'reached'; readonly cursor: string }
  | { readonly type: 'event'; readonly id: string }
  /** The server is about to close the connection. */
  | { readonly type: 'notice'; readonly reconnectAfterMs: number }
  /** The log no longer holds what follows the cursor. */
  | { readonly type: 'resync'; readonly oldest: string; readonly statePaths: readonly string[] }
  /** The server does not accept this subscription, and never will. */
  | { readonly type: 'refused'; readonly code: string; readonly message: string }
  /** There is no connection any more, or there never was one. */
  | {
      readonly type: 'lost';
      readonly closeCode?: number | undefined;
      readonly retryAfterMs?: number | undefined;
    };

export type FollowInput =
  | (ConnectionReport & { readonly connection: number })
  | { readonly type: 'due' | 'full' | 'drained' | 'stop' };

/** Longer than a busy server takes to subscribe a thousand clients. */
const CONNECT_LIMIT_MS = 20_000;
/** A connection that was live for so long held: its end is not one of a row of failures. */
const HELD_MS = 10_000;

/** The clients of a server must not all return in one moment. */
const RESTART_SPREAD_MS = 2000;
/** A client that is slow gets time to catch up. */
const SLOW_MS = 1000;

type Moment = Pick<Clock, 'now' | 'random'>;

export function initialState(cursor: string | undefined, moment: Moment): FollowState {
  return connecting({ cursor, failures: 0, connections: 0 }, moment);
}

/** Whether the state has a connection. */
export function isConnected({ kind }: FollowState): boolean {
  return kind === 'connecting' || kind === 'live' || kind === 'leaving';
}

/** The state after an input. An event was accepted if it is the new state's cursor. */
export function nextState(state: FollowState, input: FollowInput, moment: Moment): FollowState {
  if (state.kind === 'ended') return state;
  if ('connection' in input) {
    const heard = isConnected(state) && input.connection === state.connections;
    return heard ? afterReport(state, input, moment) : state;
  }
  switch (input.type) {
    case 'stop':
      return ended(state, undefined);
    case 'full':
      return isConnected(state) ? { ...common(state), kind: 'paused' } : state;
    case 'drained':
      return state.kind === 'paused' ? connecting(state, moment) : state;
    case 'due':
      if (state.kind === 'connecting') return lost(state, {}, moment);
      return state.kind === 'leaving' || state.kind === 'waiting' ? connecting(state, moment) : state;
  }
}

function afterReport(state: FollowState, report: ConnectionReport, moment: Moment): FollowState {
  switch (report.type) {
    case 'connected':
      return { ...state, cursor: state.cursor ?? report.head };
    case 'subscribed':
      return state.kind === 'connecting' ? { ...common(state), kind: 'live', since: moment.now() } : state;
    case 'reached':
      return compareCursors(report.cursor, state.cursor ?? report.cursor) > 0
        ? { ...state, cursor: report.cursor }
        : state;
    case 'event':
      return accept(state, report.id);
    case 'notice':
      if (state.kind === 'leaving') return state;
      return { ...common(state), kind: 'leaving', dueAt: moment.now() + report.reconnectAfterMs };
    case 'lost':
      if (state.kind === 'leaving') return { ...state, kind: 'waiting' };
      return lost(state, report, moment);
    case 'resync':
      return ended(state, new ResyncRequiredError(state.cursor, report));
    case 'refused':
      return ended(state, new StreamRefusedError(report.code, report.message));
  }
}

function accept(state: FollowState, id: string): FollowState {
  const { cursor } = state;
  if (cursor !== undefined && !(compareCursors(id, cursor) > 0)) {
    return ended(state, new EventOrderError(cursor, id));
  }
  return { ...state, cursor: id, failures: 0 };
}

function lost(
  state: FollowState,
  {
    closeCode,
    retryAfterMs = 0,
  }: { readonly closeCode?: number | undefined; readonly retryAfterMs?: number | undefined },
  moment: Moment,
): FollowState {
  const held = state.kind === 'live' && moment.now() - state.since >= HELD_MS;
  const failures = held ? 1 : state.failures + 1;
  let pauseMs = backoffMs(failures, moment);
  if (closeCode === CLOSE_CODES.restart) pauseMs += moment.random() * RESTART_SPREAD_MS;
  if (closeCode === CLOSE_CODES.tooSlow) pauseMs += SLOW_MS;
  const dueAt = moment.now() + Math.max(pauseMs, retryAfterMs);
  return { ...common(state), failures, kind: 'waiting', dueAt };
}

function connecting(state: Common, { now }: Moment): FollowState {
  const connections = state.connections + 1;
  return { ...common(state), connections, kind: 'connecting', dueAt: now() + CONNECT_LIMIT_MS };
}

function ended(state: Common, error: Error | undefined): FollowState {
  return { ...common(state), kind: 'ended', error };
}

function common({ cursor, failures, connections }: Common): Common {
  return { cursor, failures, connections };
}

/** Positive if `a` is after `b`; NaN if they belong to different logs or are no cursors. */
function compareCursors(a: string, b: string): number {
  const [first, second] = [parseCursor(a), parseCursor(b)];
  if (first === null || first.epoch !== second?.epoch) return Number.NaN;
  return first.id === second.id ? 0 : first.id > second.id ? 1 : -1;
}
