import {
  formatEventId,
  formatTestEventId,
  formatWebhookId,
  renderMessage,
} from '@stellar-insights/contract/webhooks';
import {
  sign,
  WEBHOOK_ID,
  WEBHOOK_SIGNATURE,
  WEBHOOK_TIMESTAMP,
  type SigningKey,
} from '@stellar-insights/contract/webhook-signature';
import type { StoredEvent } from '@stellar-insights/db/log';
import type { DeliveryWork } from '@stellar-insights/db/webhook-dispatch';
import type { Clock } from '@stellar-insights/lifecycle';
import { OutboundError, type OutboundClient } from '@stellar-insights/outbound';
import { errorCode } from '@stellar-insights/runtime/errors';
import { parseRetryAfter } from '@stellar-insights/runtime/time';

/** How much of a response is kept. */
const HEAD_BYTES = 1024;
const HEAD_BYTES_OF_SUCCESS = 128;
const USER_AGENT = 'stellar-insights-webhooks/1';

export interface Message {
  /** The header `webhook-id`. */
  readonly id: string;
  readonly body: string;
}

/** What a receiver did with a message. */
export interface Exchange {
  readonly status: number | null;
  readonly latencyMs: number;
  readonly address: string | null;
  /** Code of the error, if there was no response. */
  readonly error: string | null;
  readonly head: Uint8Array | null;
  readonly retryAfterMs: number | undefined;
}

/** The message of a delivery: the same bytes in every attempt. Undefined: the log has dropped its event. */
export function messageOf(work: DeliveryWork, event: StoredEvent | undefined): Message | undefined {
  if ('testId' in work.subject) {
    const id = formatTestEventId(work.subject.testId);
    const data = JSON.stringify({ webhook_id: formatWebhookId(work.webhookId) });
    return { id, body: renderMessage({ id, type: work.event, at: work.createdAt, data }) };
  }
  if (event === undefined) return undefined;
  const id = formatEventId(work.subject);
  return { id, body: renderMessage({ id, type: event.event, at: event.at, data: event.data }) };
}

export interface PostOptions {
  readonly client: OutboundClient;
  readonly keys: readonly SigningKey[];
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** If it aborts, `post` rejects with its reason. */
  readonly signal: AbortSignal;
}

/** Signs a message and sends it. A failure is an exchange too. */
export async function post(url: string, { id, body }: Message, options: PostOptions): Promise<Exchange> {
  const { client, keys, clock, timeoutMs: deadlineMs, signal } = options;
  const timestamp = Math.floor(clock.date().getTime() / 1000);
  const signature = await sign(keys, { id, timestamp, body });
  const since = clock.now();
  try {
    const response = await client.request({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        'user-agent': USER_AGENT,
        [WEBHOOK_ID]: id,
        [WEBHOOK_TIMESTAMP]: String(timestamp),
        [WEBHOOK_SIGNATURE]: signature,
      },
      body,
      signal,
      deadlineMs,
      maxResponseBytes: HEAD_BYTES,
      oversized: 'truncate',
    });
    const { status, latencyMs, address, head } = response;
    const retryAfter = response.headers['retry-after'];
    return {
      status,
      latencyMs,
      address,
      error: null,
      head: head.subarray(0, isSuccess(status) ? HEAD_BYTES_OF_SUCCESS : HEAD_BYTES),
      retryAfterMs: parseRetryAfter(typeof retryAfter === 'string' ? retryAfter : undefined, clock.date()),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof OutboundError)) throw error;
    const { status = null, address = null } = error;
    const latencyMs = clock.now() - since;
    return { status, latencyMs, address, error: errorCode(error), head: null, retryAfterMs: undefined };
  }
}

/** A receiver that has begun to answer 2xx has the event, also if its answer does not end. */
export function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}
