import type { Channel } from '@stellar-insights/contract';
import { ALL, parseChannel } from '@stellar-insights/contract/channels';
import type { FollowState } from './follow-state.ts';

export interface FollowOptions {
  /** Default: `all`. An event that is in several of them comes once. */
  readonly channels?: readonly (Channel | (string & {}))[] | undefined;
  /**
   * The cursor that the events follow: the `id` of an event, or the `as_of.cursor` of an answer. Default: the events that
   * come from now on.
   */
  readonly after?: string | undefined;
  /** Ends the events; the loop over them ends without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Default: `websocket`. */
  readonly transport?: 'websocket' | 'sse' | undefined;
  /** How many events wait for a slow consumer at most; default: 1000. More of them wait in the log. */
  readonly bufferSize?: number | undefined;
  /** Called after each change between connecting, live, leaving, waiting, paused and ended. */
  readonly onState?: ((state: FollowState) => void) | undefined;
}

const BUFFER_SIZE = 1000;

/** @throws TypeError that names a channel which is none */
export function channelsOf({ channels = [ALL] }: FollowOptions): Channel[] {
  if (channels.length === 0)
    throw new TypeError('found no channel, expected one or more, or no `channels` for all');
  return channels.map((name) => {
    const channel = parseChannel(name);
    if (channel === null) throw new TypeError(`found ${name}, expected a channel, for example payments`);
    return channel;
  });
}

/** @throws TypeError if it is no whole number from 1 on */
export function bufferSizeOf({ bufferSize = BUFFER_SIZE }: FollowOptions): number {
  if (Number.isInteger(bufferSize) && bufferSize > 0) return bufferSize;
  throw new TypeError(`found bufferSize ${bufferSize}, expected a whole number from 1 on`);
}
