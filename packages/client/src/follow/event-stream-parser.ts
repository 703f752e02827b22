import { EventStreamError } from './errors.ts';

/** One event of an event stream (`text/event-stream`). */
export interface StreamEvent {
  /** Default: `message`. */
  readonly type: string;
  readonly data: string;
}

/** No event of the API comes near it. */
const LONGEST = 4 * 1024 * 1024;

/**
 * Reads an event stream as the HTML standard defines it, from pieces that may end anywhere, even within a character or
 * between CR and LF. It keeps no more than one unfinished event.
 */
export class EventStreamParser {
  readonly #decoder = new TextDecoder(); // It drops the byte order mark.
  /** The beginning of an unfinished line. */
  #rest = '';
  #skipLineFeed = false;
  #type = '';
  #data: string[] = [];
  #dataLength = 0;
  #id = '';
  #lastEventId = '';

  /** The id that held when the last event ended, which may have had no data; empty if none. */
  get lastEventId(): string {
    return this.#lastEventId;
  }

  /**
   * The events that this piece completes.
   *
   * @throws EventStreamError if an event is too long to be one of the API
   */
  push(bytes: Uint8Array): StreamEvent[] {
    const events: StreamEvent[] = [];
    let text = this.#decoder.decode(bytes, { stream: true });
    if (this.#skipLineFeed && text !== '') {
      if (text.startsWith('\n')) text = text.slice(1);
      this.#skipLineFeed = false;
    }
    let start = 0;
    for (const { 0: end, index } of text.matchAll(/\r\n?|\n/g)) {
      this.#line(this.#rest + text.slice(start, index), events);
      this.#rest = '';
      start = index + end.length;
      this.#skipLineFeed = end === '\r' && start === text.length;
    }
    this.#rest += text.slice(start);
    if (this.#rest.length + this.#dataLength > LONGEST) {
      throw new EventStreamError(`found an event of more than ${LONGEST} characters, expected a shorter one`);
    }
    return events;
  }

  #line(line: string, events: StreamEvent[]): void {
    if (line === '') {
      this.#dispatch(events);
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return; // A comment.
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (field === 'event') this.#type = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'data') {
      this.#data.push(value);
      this.#dataLength += value.length;
    }
  }

  #dispatch(events: StreamEvent[]): void {
    this.#lastEventId = this.#id;
    const [type, data] = [this.#type || 'message', this.#data];
    this.#type = '';
    this.#data = [];
    this.#dataLength = 0;
    if (data.length > 0) events.push({ type, data: data.join('\n') });
  }
}
