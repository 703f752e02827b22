import {
  importVerifyingKey,
  isSignedBy,
  WEBHOOK_ID,
  WEBHOOK_SIGNATURE,
  WEBHOOK_TIMESTAMP,
} from '@stellar-insights/contract/webhook-signature';
import type { WebhookMessage } from '@stellar-insights/contract/webhooks';
import { WebhookVerificationError } from './errors.ts';

/** `Headers` of any platform or library. */
interface HeaderReader {
  get(name: string): string | null | undefined;
}

/** As Node has them. */
type HeaderRecord = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface WebhookRequest {
  readonly headers: HeaderReader | HeaderRecord;
  /** The body as it arrived: not parsed, and not written again. */
  readonly body: string | Uint8Array;
  /** `whsec_…` or `whpk_…`; while you rotate, the new and the old one. */
  readonly secrets: string | readonly string[];
  /** How far the sender's clock may be from yours; default: 300. */
  readonly toleranceSeconds?: number | undefined;
  /** Default: now. */
  readonly now?: Date | undefined;
}

/**
 * The event in a request, if one of the secrets signed it within the tolerance.
 *
 * @throws WebhookVerificationError, for a request to refuse; WebhookSecretError, for a secret that is none
 */
export async function verifyWebhook(request: WebhookRequest): Promise<WebhookMessage> {
  const { headers, body, toleranceSeconds = 300, now = new Date() } = request;
  const secrets = typeof request.secrets === 'string' ? [request.secrets] : request.secrets;
  const keys = await Promise.all(secrets.map(importVerifyingKey));
  const id = headerOf(headers, WEBHOOK_ID);
  const timestamp = parseTimestamp(headerOf(headers, WEBHOOK_TIMESTAMP));
  const signatures = headerOf(headers, WEBHOOK_SIGNATURE);
  checkAge(timestamp - now.getTime() / 1000, toleranceSeconds);
  if (!(await isSignedBy(keys, { id, timestamp, body }, signatures))) {
    throw new WebhookVerificationError('signature_mismatch', {
      found: 'no signature that fits',
      expected: `one by ${keys.length === 1 ? 'the secret' : `one of ${keys.length} secrets`}`,
      action: 'pass the body as it arrived, and the secret of this webhook',
    });
  }
  return parseEvent(body);
}

function headerOf(headers: WebhookRequest['headers'], name: string): string {
  const value = isReader(headers) ? headers.get(name) : valueIn(headers, name);
  if (typeof value === 'string' && value !== '') return value;
  throw new WebhookVerificationError('headers_missing', {
    found: `no header ${name}`,
    expected: 'one',
    action: 'pass all headers of the request; if they are all there, the API did not send it',
  });
}

function isReader(headers: WebhookRequest['headers']): headers is HeaderReader {
  return typeof headers['get'] === 'function';
}

function valueIn(headers: HeaderRecord, name: string): string | readonly string[] | undefined {
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : headers[key];
}

function parseTimestamp(text: string): number {
  if (/^[0-9]{1,12}$/.test(text)) return Number(text);
  throw new WebhookVerificationError('timestamp_invalid', {
    found: `the timestamp ${JSON.stringify(text.slice(0, 40))}`,
    expected: 'Unix seconds',
    action: 'the API did not send this',
  });
}

/** A signature is good for a while only, so that nobody can keep a request and send it again later. */
function checkAge(seconds: number, toleranceSeconds: number): void {
  if (Math.abs(seconds) <= toleranceSeconds) return;
  const old = seconds < 0;
  throw new WebhookVerificationError(old ? 'timestamp_too_old' : 'timestamp_too_new', {
    found: `a timestamp ${Math.round(Math.abs(seconds))} s ${old ? 'ago' : 'ahead'}`,
    expected: `at most ${toleranceSeconds} s`,
    action: 'check the clock of this machine',
  });
}

function parseEvent(body: string | Uint8Array): WebhookMessage {
  try {
    const event: unknown = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
    if (typeof event === 'object' && event !== null && 'type' in event) return event as WebhookMessage;
  } catch {
    // The same as any other body that is no event.
  }
  throw new WebhookVerificationError('body_invalid', {
    found: 'a signed body that is no event',
    expected: 'JSON with type, id, timestamp and data',
    action: 'report it to who runs the API',
  });
}
