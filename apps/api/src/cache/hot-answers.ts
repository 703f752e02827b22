import { systemClock, type Clock } from '@stellar-insights/runtime/time';
import type { StateContext } from '../answers/route-context.ts';
import { ANSWER_KINDS, type AnswerKind } from './answer-kinds.ts';
import type { KeptAnswer } from './kept-answer.ts';

/** An answer that can be sent again as long as it stands. */
export interface HotAnswer<Answer = unknown> {
  readonly kind: AnswerKind;
  readonly kept: KeptAnswer<Answer>;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether `Accept` has decided its format. */
  readonly isNegotiated: boolean;
  /** Whether the present state has the same answer. */
  readonly stands: (context: StateContext) => Promise<boolean>;
}

interface Kept {
  readonly answer: HotAnswer;
  /** By the clock: then it is forgotten, as Redis would have. */
  readonly until: number;
  readonly bytes: number;
}

/** Of an answer beside its body and its URL. */
const ENTRY_BYTES = 1024;
/** A larger part of the room is for no single answer. */
const MOST_SHARE = 1 / 8;

/**
 * The answers of this process that were sent last, by URL. Each is checked against the present state before it is sent, so none of
 * them is ever late; it saves the work that leads to the same bytes. Once the room is used up, those that were asked for the
 * longest ago make place.
 */
export class HotAnswers {
  readonly #roomBytes: number;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #answers = new Map<string, Kept>();
  /** The one at the end. */
  #newest = '';
  #bytes = 0;

  /** 0 keeps none. */
  constructor(roomBytes: number, clock: Pick<Clock, 'now'> = systemClock) {
    this.#roomBytes = roomBytes;
    this.#clock = clock;
  }

  /** What all answers take of memory at most. */
  get bytes(): number {
    return this.#bytes;
  }

  get(url: string): HotAnswer | undefined {
    const found = this.#answers.get(url);
    if (found === undefined) return undefined;
    if (this.#clock.now() >= found.until) {
      this.#drop(url);
      return undefined;
    }
    if (url !== this.#newest) {
      this.#answers.delete(url);
      this.#answers.set(url, found);
      this.#newest = url;
    }
    return found.answer;
  }

  keep(url: string, answer: HotAnswer): void {
    this.#drop(url);
    const bytes = bytesOf(url, answer);
    if (bytes > this.#roomBytes * MOST_SHARE) return;
    const until = this.#clock.now() + ANSWER_KINDS[answer.kind].keepSeconds * 1000;
    this.#answers.set(url, { answer, until, bytes });
    this.#newest = url;
    this.#bytes += bytes;
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= this.#roomBytes) return;
      this.#drop(oldest);
    }
  }

  #drop(url: string): void {
    const dropped = this.#answers.get(url);
    if (dropped === undefined) return;
    this.#answers.delete(url);
    this.#bytes -= dropped.bytes;
  }
}

function bytesOf(url: string, { kept }: HotAnswer): number {
  return kept.bytes + 2 * url.length + ENTRY_BYTES;
}
