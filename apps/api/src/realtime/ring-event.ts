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
  readonly #event: string;
  /** JSON. */
  readonly #data: string;
  /** Most events are encoded once, or in one way for all. */
  #encoding: Encoding | undefined;
  #mask = 0;
  #frame: Buffer | undefined;
  #others: Map<Encoding, Map<number, Buffer>> | undefined;
  #keepsFrames = true;

  constructor(epoch: string, { id, event, channels, data }: LoggedEvent) {
    this.id = id;
    this.cursor = `${epoch}-${id}`;
    this.channels = [...new Set([ALL, ...(channels as Channel[])])];
    this.#event = event;
    this.#data = data;
    this.bytes = Buffer.byteLength(data);
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
    if (this.#frame !== undefined && this.#encoding === encoding && this.#mask === mask) return this.#frame;
    const known = this.#others?.get(encoding)?.get(mask);
    if (known !== undefined) return known;
    const frame = encoding.encode(this.#text(mask), this.cursor);
    if (this.#keepsFrames) this.#keep(encoding, mask, frame);
    return frame;
  }

  /** From now on each frame is encoded when it is needed. */
  forgetFrames(): void {
    this.#keepsFrames = false;
    this.#frame = undefined;
    this.#others = undefined;
  }

  #keep(encoding: Encoding, mask: number, frame: Buffer): void {
    if (this.#frame === undefined) {
      this.#encoding = encoding;
      this.#mask = mask;
      this.#frame = frame;
      return;
    }
    this.#others ??= new Map();
    const frames = this.#others.get(encoding) ?? new Map<number, Buffer>();
    this.#others.set(encoding, frames.set(mask, frame));
  }

  #text(mask: number): string {
    const channels = this.channels.filter((_, index) => Math.floor(mask / 2 ** index) % 2 === 1);
    return (
      `{"type":"event","id":"${this.cursor}","channels":${JSON.stringify(channels)},` +
      `"event":${JSON.stringify(this.#event)},"data":${this.#data}}`
    );
  }
}
