import { ALL, type Channel } from '@stellar-insights/contract/channels';
import type { LoggedEvent } from '@stellar-insights/db/log';
import type { Encoding } from './outlet.ts';

interface EncodedFrame {
  readonly encoding: Encoding;
  readonly mask: number;
  readonly bytes: Buffer;
}

/**
 * An event of the log, ready to be delivered. Its JSON is the text that the log holds. Frames of one event differ only in
 * the channels that they name, so each set of channels is encoded once.
 */
export class RingEvent {
  readonly id: bigint;
  /** Each once, `all` first. */
  readonly channels: readonly Channel[];
  readonly #epoch: string;
  readonly #event: string;
  /** JSON. */
  readonly #data: string;
  #cursor: string | undefined;
  /** Few: most events have one. Undefined if frames are not kept. */
  #frames: EncodedFrame[] | undefined = [];

  constructor(epoch: string, { id, event, channels, data }: LoggedEvent) {
    this.id = id;
    this.#epoch = epoch;
    this.channels = eachOnce(channels as readonly Channel[]);
    this.#event = event;
    this.#data = data;
  }

  /** `<epoch>-<id>` */
  get cursor(): string {
    return (this.#cursor ??= `${this.#epoch}-${this.id}`);
  }

  /** What its JSON takes in memory, as text of one byte per character; twice that on a page with characters beyond Latin-1. */
  get bytes(): number {
    return this.#data.length;
  }

  /** Of the channels that are followed, the sum of `2 ** index`; 0 if none is. An event is in fewer than 50 channels. */
  channelsOf(followed: ReadonlySet<Channel>): number {
    let mask = 0;
    let bit = 1;
    for (const channel of this.channels) {
      if (followed.has(channel)) mask += bit;
      bit *= 2;
    }
    return mask;
  }

  /** The frame that names the channels of `mask`. */
  frame(encoding: Encoding, mask: number): Buffer {
    const known = this.#frames?.find((frame) => frame.mask === mask && frame.encoding === encoding);
    if (known !== undefined) return known.bytes;
    const bytes = encoding.encode(this.#text(mask), this.cursor);
    this.#frames?.push({ encoding, mask, bytes });
    return bytes;
  }

  /** From now on each frame is encoded when it is needed. */
  forgetFrames(): void {
    this.#frames = undefined;
  }

  /** Names of channels and events have no characters that JSON escapes. */
  #text(mask: number): string {
    const channels = this.channels.filter((_, index) => Math.floor(mask / 2 ** index) % 2 === 1).join('","');
    return `{"type":"event","id":"${this.cursor}","channels":["${channels}"],"event":"${this.#event}","data":${this.#data}}`;
  }
}

function eachOnce(channels: readonly Channel[]): Channel[] {
  const found: Channel[] = [ALL];
  for (const channel of channels) if (!found.includes(channel)) found.push(channel);
  return found;
}
