import type { Context } from 'hono';
import { networkOf } from '../server/client-address.ts';
import { ProblemError } from './problem.ts';
import type { ApiEnv } from './route-context.ts';

/** In this process: each holds a page, and 1 to 2 MB more if it is compressed. */
const MOST_STREAMS = 50;
const MOST_PER_CLIENT = 5;

/** Counts the answers that are being streamed, in all and per client: its key, or else its address. */
export class StreamPlaces {
  readonly #ofClients = new Map<string, number>();
  #taken = 0;

  /**
   * Returns what gives the place back.
   *
   * @throws ProblemError 429 `too_many_streams` or 503 `streams_exhausted`
   */
  take(context: Context<ApiEnv>): () => void {
    const client = context.get('caller')?.keyId ?? networkOf(context.get('address'));
    const ofClient = this.#ofClients.get(client) ?? 0;
    const headers = { 'Retry-After': '5' };
    if (ofClient >= MOST_PER_CLIENT) {
      const detail = `found ${MOST_PER_CLIENT} lists that are being streamed to this client, expected fewer; read one to its end first`;
      throw new ProblemError(429, 'too_many_streams', detail, { headers });
    }
    if (this.#taken >= MOST_STREAMS) {
      const detail =
        'this process has no place for another streamed list; try again later, or ask page by page';
      throw new ProblemError(503, 'streams_exhausted', detail, { headers });
    }
    this.#taken += 1;
    this.#ofClients.set(client, ofClient + 1);
    return () => this.#release(client);
  }

  #release(client: string): void {
    this.#taken -= 1;
    const left = (this.#ofClients.get(client) ?? 1) - 1;
    if (left === 0) this.#ofClients.delete(client);
    else this.#ofClients.set(client, left);
  }
}
