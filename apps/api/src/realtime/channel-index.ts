import type { Channel } from '@stellar-insights/contract/channels';
import type { RingEvent } from './ring-event.ts';

/** What the index notes on a follower while it looks up the followers of an event. */
export interface Indexed {
  /** The number of the look-up that found it last. The event itself would keep the page that it came in alive. */
  foundIn: number;
  /** Which of the event's channels it follows, as `RingEvent.channelsOf` has it. */
  mask: number;
}

const NOBODY: readonly never[] = [];

/** Who follows which channel. An event costs as much as it has followers, however many others there are. */
export class ChannelIndex<Follower extends Indexed> {
  readonly #followers = new Map<Channel, Set<Follower>>();
  #lookUps = 0;

  add(channel: Channel, follower: Follower): void {
    const followers = this.#followers.get(channel) ?? new Set();
    this.#followers.set(channel, followers.add(follower));
  }

  remove(channel: Channel, follower: Follower): void {
    const followers = this.#followers.get(channel);
    followers?.delete(follower);
    if (followers?.size === 0) this.#followers.delete(channel);
  }

  /** Everyone who follows a channel of the event, each once, with `mask` set. */
  followersOf(event: RingEvent): Follower[] {
    this.#lookUps += 1;
    const found: Follower[] = [];
    let bit = 1;
    for (const channel of event.channels) {
      for (const follower of this.#followers.get(channel) ?? NOBODY) {
        if (follower.foundIn !== this.#lookUps) {
          follower.foundIn = this.#lookUps;
          follower.mask = 0;
          found.push(follower);
        }
        follower.mask += bit;
      }
      bit *= 2;
    }
    return found;
  }
}
