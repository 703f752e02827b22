import { Counter, type Registry } from 'prom-client';
import type { KeptAnswer } from '../cache/kept-answer.ts';
import { codingFor, encode, type Coding } from './content-coding.ts';

/** How many bodies are coded at a time: as many as Node has threads for it. */
const MOST_RUNNING = 4;

export interface CodedBody {
  readonly body: Uint8Array<ArrayBuffer> | string;
  readonly coding: Coding;
  readonly bytes: number;
}

type ByteCounts = Record<'content' | 'sent', Counter.Internal>;

/**
 * Codes the bodies that are made for one request, in Node's threads. While all of them are busy a body is sent as it is, so
 * that compression takes a bounded part of the machine and no answer waits for it.
 */
export class Compressor {
  readonly #counts: Readonly<Record<Coding, ByteCounts>>;
  readonly #skipped: Counter;
  #running = 0;

  constructor(registry: Registry) {
    const registers = [registry];
    const bytes = new Counter({
      name: 'insights_api_body_bytes_total',
      help: 'Bytes of the bodies of answers, but for documents and streams, by coding (br, gzip, identity): as they were made (content) and as they were sent (sent).',
      labelNames: ['coding', 'of'],
      registers,
    });
    // Labels that are resolved once: this counts each answer.
    const countsOf = (coding: Coding) => ({
      content: bytes.labels({ coding, of: 'content' }),
      sent: bytes.labels({ coding, of: 'sent' }),
    });
    this.#counts = { br: countsOf('br'), gzip: countsOf('gzip'), identity: countsOf('identity') };
    this.#skipped = new Counter({
      name: 'insights_api_compressions_skipped_total',
      help: 'Bodies that were sent as they are because other bodies were being compressed.',
      registers,
    });
  }

  /** `accepted`: as `acceptedCodings` has them. */
  async code(content: string, accepted: readonly Coding[]): Promise<CodedBody> {
    const bytes = Buffer.byteLength(content);
    const coding = this.#available(codingFor(accepted, bytes), accepted);
    if (coding === 'identity') {
      this.count('identity', bytes, bytes);
      return { body: content, coding, bytes };
    }
    const body = await this.#run(content, coding);
    this.count(coding, bytes, body.byteLength);
    return { body, coding, bytes: body.byteLength };
  }

  /** As `code`; what is coded is kept with the answer. */
  async codeKept({ body: content, coded }: KeptAnswer, accepted: readonly Coding[]): Promise<CodedBody> {
    const { byteLength: bytes } = content;
    const wanted = codingFor(accepted, bytes);
    const coding = coded.has(wanted) ? wanted : this.#available(wanted, accepted);
    if (coding === 'identity') {
      this.count('identity', bytes, bytes);
      return { body: content, coding, bytes };
    }
    const making = coded.get(coding) ?? this.#run(content, coding);
    coded.set(coding, making);
    making.catch(() => coded.delete(coding));
    const body = await making;
    this.count(coding, bytes, body.byteLength);
    return { body, coding, bytes: body.byteLength };
  }

  count(coding: Coding, content: number, sent: number): void {
    const counts = this.#counts[coding];
    counts.content.inc(content);
    counts.sent.inc(sent);
  }

  async #run(content: string | Uint8Array, coding: Coding): Promise<Uint8Array<ArrayBuffer>> {
    this.#running += 1;
    try {
      return await encode(content, coding);
    } finally {
      this.#running -= 1;
    }
  }

  #available(coding: Coding, accepted: readonly Coding[]): Coding {
    if (coding === 'identity' || this.#running < MOST_RUNNING || !accepted.includes('identity'))
      return coding;
    this.#skipped.inc();
    return 'identity';
  }
}
