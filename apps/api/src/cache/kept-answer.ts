import { createHash } from 'node:crypto';
import type { Coding } from '../answers/content-coding.ts';
import { etagOf, type SnapshotAnswer } from '../answers/json.ts';

/** What is known of a kept answer without reading its JSON. */
interface AnswerHead {
  /** Names the state of the data that the answer was made from. Equal states have equal names. */
  readonly version: string;
  /** The ETag. */
  readonly tag: string;
  /** `as_of.cursor`; empty if the answer has none. */
  readonly cursor: string;
  /** `page.next_cursor`; empty if no page follows. */
  readonly nextCursor: string;
  /** When `state.is_stale` becomes true, in unix milliseconds; empty if it never does. */
  readonly staleAfter: string;
}

/** The state of the data that an answer was made from. */
export interface KeptState extends Pick<AnswerHead, 'version'> {
  /** When the reading that the answer shows becomes stale, in unix milliseconds; undefined if it is, or if there is none. */
  readonly staleAfter?: number | undefined;
}

const FRESH = '"is_stale":false';
const STALE = '"is_stale":true';

/** An answer as the bytes that are sent: it is rendered once, and then neither parsed nor rendered again. */
export class KeptAnswer<Answer = unknown> implements AnswerHead {
  readonly version: string;
  readonly tag: string;
  readonly cursor: string;
  readonly nextCursor: string;
  readonly staleAfter: string;
  /** JSON. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** The body in the codings that were asked for. */
  readonly coded = new Map<Coding, Promise<Uint8Array<ArrayBuffer>>>();

  private constructor(head: AnswerHead, body: Uint8Array<ArrayBuffer>) {
    this.version = head.version;
    this.tag = head.tag;
    this.cursor = head.cursor;
    this.nextCursor = head.nextCursor;
    this.staleAfter = head.staleAfter;
    this.body = body;
  }

  static of<Answer>(answer: Answer, { version, staleAfter }: KeptState): KeptAnswer<Answer> {
    const text = JSON.stringify(answer);
    const snapshot = answer as SnapshotAnswer;
    const head = {
      version,
      tag: etagOf(text, snapshot),
      cursor: snapshot.as_of?.cursor ?? '',
      nextCursor: snapshot.page?.next_cursor ?? '',
      staleAfter: staleAfter === undefined ? '' : String(staleAfter),
    };
    return new KeptAnswer<Answer>(head, new Uint8Array(Buffer.from(text)));
  }

  /** Undefined unless `encode` has written it for the same key. */
  static decode(key: string, bytes: Buffer): KeptAnswer | undefined {
    const [first, second] = [bytes.indexOf('\n'), bytes.indexOf('\n', bytes.indexOf('\n') + 1)];
    if (first === -1 || second === -1) return undefined;
    if (bytes.toString('latin1', 0, first) !== digestOf(key, bytes.subarray(first + 1))) return undefined;
    const [version = '', tag = '', cursor = '', nextCursor = '', staleAfter = ''] = bytes
      .toString('latin1', first + 1, second)
      .split('\t');
    // A copy, which does not keep the buffer of the socket.
    const body = new Uint8Array(bytes.subarray(second + 1));
    return new KeptAnswer({ version, tag, cursor, nextCursor, staleAfter }, body);
  }

  /** A digest of the key and of all that follows; the head; the body. */
  encode(key: string): Buffer {
    const { version, tag, cursor, nextCursor, staleAfter, body } = this;
    const head = [version, tag, cursor, nextCursor, staleAfter].join('\t');
    const rest = Buffer.concat([Buffer.from(`${head}\n`, 'latin1'), body]);
    return Buffer.concat([Buffer.from(`${digestOf(key, rest)}\n`, 'latin1'), rest]);
  }

  /** Parsed, for formats that are rendered from the rows. */
  parse(): Answer {
    return JSON.parse(Buffer.from(this.body.buffer).toString()) as Answer;
  }

  /** What it takes in memory at most: its codings are shorter than itself. */
  get bytes(): number {
    return 2 * this.body.byteLength;
  }

  /** Whether the reading that it shows as fresh is stale at a time. */
  becomesStaleBy(now: number): boolean {
    return this.staleAfter !== '' && now > Number(this.staleAfter);
  }

  /** The answer at a time. */
  at(now: number): KeptAnswer<Answer> {
    return this.becomesStaleBy(now) ? this.#withStaleReading() : this;
  }

  /** Quotes within texts are escaped, so the bytes that are found are of the field itself. */
  #withStaleReading(): KeptAnswer<Answer> {
    const { version, cursor, nextCursor, body } = this;
    const fresh = Buffer.from(body.buffer).toString();
    const place = fresh.lastIndexOf(FRESH);
    const text = fresh.slice(0, place) + STALE + fresh.slice(place + FRESH.length);
    const tag = etagOf(text, { as_of: { cursor }, page: { next_cursor: nextCursor } });
    return new KeptAnswer(
      { version, tag, cursor, nextCursor, staleAfter: '' },
      new Uint8Array(Buffer.from(text)),
    );
  }
}

function digestOf(key: string, rest: Uint8Array): string {
  return createHash('sha256').update(`${key}\n`).update(rest).digest('base64url');
}
