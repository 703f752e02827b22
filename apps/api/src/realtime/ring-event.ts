import { ALL, type Channel } from '@stellar-insights/contract/channels';
import type { LoggedEvent } from '@stellar-insights/db/log';

/** How a transport carries a frame: the bytes to write for a frame, with the cursor of the event in it. */
export interface Encoding {
  encode(frame: string, cursor: string): Buffer;
}

/**
 * An event of the log, ready to be delivered. Its JSON is the text that the log holds. Frames of one event differ only in
 * the channels that they name, so each set of channels is encoded once.
 */
export class RingEvent {
  readonly id: bigint;
  /** `<epoch>-<id>` */
  readonly cursor: string;
  /** Each once, `all` first. */
  readonly channels: readonly Channel[];
  /** Of the JSON. */
  readonly bytes: number;
  readonly #rest: string;
  readonly #frames = new Map<Encoding, Map<number, Buffer>>();
  #keepsFrames = true;

  constructor(epoch: string, { id, event, channels, data }: LoggedEvent) {
    this.id = id;
    this.cursor = `${epoch}-${id}`;
    this.channels = [...new Set([ALL, ...(channels as Channel[])])];
    this.#rest = `,"event":${JSON.stringify(event)},"data":${data}}`;
    this.bytes = Buffer.byteLength(this.#rest);
  }

  /** Of the channels that are followed, the sum of `2 ** index`; 0 if none is. An event is in fewer than 50 channels. */
  channelsOf(followed: ReadonlySet<Channel>): number {
    let mask = 0;
    this.channels.forEach((channel, index) => {
      if (followed.has(channel)) mask += 2 ** index;
    });
    return mask;
  }

  /** The frame that names the channels of `mask`. */
  frame(encoding: Encoding, mask: number): Buffer {
    const known = this.#frames.get(encoding)?.get(mask);
    if (known !== undefined) return known;
    const frame = encoding.encode(this.#text(mask), this.cursor);
    if (this.#keepsFrames) {
      const frames = this.#frames.get(encoding) ?? new Map<number, Buffer>();
      this.#frames.set(encoding, frames.set(mask, frame));
    }
    return frame;
  }

  /** From now on each frame is encoded when it is needed. */
  forgetFrames(): void {
    this.#keepsFrames = false;
    this.#frames.clear();
  }

  #text(mask: number): string {
    const channels = this.channels.filter((_, index) => Math.floor(mask / 2 ** index) % 2 === 1);
    return `{"type":"event","id":"${this.cursor}","channels":${JSON.stringify(channels)}${this.#rest}`;
  }
}
