import { createHmac, createPublicKey, randomBytes, verify } from 'node:crypto';
import {
  generateEd25519Pair,
  generateHmacSecret,
  importSigningKey,
  sign,
} from '@stellar-insights/contract/webhook-signature';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import {
  verifyWebhook,
  WebhookSecretError,
  type WebhookVerificationError,
  type WebhookRequest,
} from '../../src/index.ts';

const ID = 'evt_k3j5_1042';
const BODY = JSON.stringify({
  type: 'webhook.test',
  id: ID,
  timestamp: '2026-01-01T00:00:00Z',
  data: { text: 'Zürich, 東京 🚀' },
});
/** The whole second that the tests sign at; the oracle compares it with its own clock. */
const NOW = new Date(Math.floor(Date.now() / 1000) * 1000);
const TIMESTAMP = NOW.getTime() / 1000;

interface SignedRequest extends WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
}

async function signedBy(
  secrets: readonly string[],
  { body = BODY, timestamp = TIMESTAMP } = {},
): Promise<SignedRequest> {
  const signature = await sign(await Promise.all(secrets.map(importSigningKey)), { id: ID, timestamp, body });
  const headers = {
    'webhook-id': ID,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  };
  return { headers, body, secrets: [], now: NOW };
}

function signatureIn({ headers }: SignedRequest): string {
  return headers['webhook-signature'] ?? '';
}

describe('what the API signs', () => {
  it('with v1, the library standardwebhooks verifies, also while two secrets sign', async () => {
    const [secret, older] = [generateHmacSecret(), generateHmacSecret()];
    const request = await signedBy([secret, older]);
    for (const known of [secret, older]) {
      expect(new Webhook(known).verify(BODY, request.headers)).toEqual(JSON.parse(BODY));
    }
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const expected = createHmac('sha256', key).update(`${ID}.${TIMESTAMP}.${BODY}`).digest('base64');
    expect(signatureIn(request).split(' ')[0]).toBe(`v1,${expected}`);
  });

  it('with v1a, Node verifies', async () => {
    const { secretKey, publicKey } = await generateEd25519Pair();
    const [version, signature = ''] = signatureIn(await signedBy([secretKey])).split(',');
    const spki = Buffer.concat([
      Buffer.from('302a300506032b6570032100', 'hex'),
      Buffer.from(publicKey.slice('whpk_'.length), 'base64'),
    ]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    expect(version).toBe('v1a');
    expect(
      verify(null, Buffer.from(`${ID}.${TIMESTAMP}.${BODY}`), key, Buffer.from(signature, 'base64')),
    ).toBe(true);
  });
});

describe('verifyWebhook', () => {
  it('returns the event that a secret or a public key verifies, whatever form the headers and the body have', async () => {
    const hmac = generateHmacSecret();
    const { secretKey, publicKey } = await generateEd25519Pair();
    const request = await signedBy([hmac, secretKey]);
    const headers = request.headers;
    const upperCase = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    const forms: Partial<WebhookRequest>[] = [
      { secrets: hmac },
      { secrets: publicKey },
      { secrets: [generateHmacSecret(), publicKey] },
      { secrets: hmac, headers: new Headers(headers) },
      { secrets: hmac, headers: { get: (name) => headers[name.toLowerCase()] } },
      { secrets: hmac, headers: { ...headers, get: 'a header of that name' } },
      { secrets: hmac, headers: upperCase },
      { secrets: publicKey, body: new TextEncoder().encode(BODY) },
    ];
    for (const form of forms) expect(await verifyWebhook({ ...request, ...form })).toEqual(JSON.parse(BODY));
  });

  it('verifies what the library standardwebhooks signs', async () => {
    const secret = generateHmacSecret();
    const signature = new Webhook(secret).sign(ID, NOW, BODY);
    const request = await signedBy([secret]);
    const headers = { ...request.headers, 'webhook-signature': signature };
    expect(await verifyWebhook({ ...request, headers, secrets: secret })).toEqual(JSON.parse(BODY));
  });

  it('accepts the timestamp within the tolerance only', async () => {
    const secret = generateHmacSecret();
    const codeAt = async (seconds: number, toleranceSeconds?: number): Promise<string> => {
      const request = {
        ...(await signedBy([secret], { timestamp: TIMESTAMP + seconds })),
        secrets: secret,
        toleranceSeconds,
      };
      return verifyWebhook(request).then(
        ({ type }) => type,
        (error: WebhookVerificationError) => error.code,
      );
    };
    expect(await codeAt(-300)).toBe('webhook.test');
    expect(await codeAt(300)).toBe('webhook.test');
    expect(await codeAt(-301)).toBe('timestamp_too_old');
    expect(await codeAt(301)).toBe('timestamp_too_new');
    expect(await codeAt(-301, 600)).toBe('webhook.test');
    expect(await codeAt(-1, 0)).toBe('timestamp_too_old');
  });

  it('refuses what was changed, signed by others, or is incomplete, and says why', async () => {
    const secret = generateHmacSecret();
    const { secretKey, publicKey } = await generateEd25519Pair();
    const request = { ...(await signedBy([secret, secretKey])), secrets: [secret, publicKey] };
    const headers = request.headers;
    const [v1 = '', v1a = ''] = signatureIn(request).split(' ');
    const signature = (value: string): Partial<WebhookRequest> => ({
      headers: { ...headers, 'webhook-signature': value },
    });
    const cases: [string, Partial<WebhookRequest>][] = [
      ['signature_mismatch', { body: `${BODY} ` }],
      ['signature_mismatch', { headers: { ...headers, 'webhook-id': 'evt_k3j5_1043' } }],
      ['signature_mismatch', { headers: { ...headers, 'webhook-timestamp': String(TIMESTAMP + 1) } }],
      ['signature_mismatch', { secrets: [generateHmacSecret(), (await generateEd25519Pair()).publicKey] }],
      ['signature_mismatch', { secrets: [] }],
      ['signature_mismatch', signature('v1,')],
      ['signature_mismatch', signature('v1,???')],
      ['signature_mismatch', signature(`v1,${randomBytes(1000).toString('base64')}`)],
      // A signature counts for its own version only.
      [
        'signature_mismatch',
        signature(`${v1a.replace('v1a', 'v1')} ${v1.replace('v1', 'v1a')} v2,${v1.slice(3)}`),
      ],
      // The right one behind more others than a sender needs.
      ['signature_mismatch', signature(`${'v1,AAAA '.repeat(1000)}${v1}`)],
      ['timestamp_invalid', { headers: { ...headers, 'webhook-timestamp': '1e9' } }],
      ['timestamp_invalid', { headers: { ...headers, 'webhook-timestamp': '-1' } }],
      ['headers_missing', { headers: { ...headers, 'webhook-signature': undefined } }],
      ['headers_missing', { headers: { ...headers, 'webhook-id': ['a', 'b'] } }],
      ['headers_missing', { headers: {} }],
    ];
    for (const [code, change] of cases) {
      await expect(verifyWebhook({ ...request, ...change })).rejects.toMatchObject({
        name: 'WebhookVerificationError',
        code,
      });
    }
    await expect(
      verifyWebhook({ ...(await signedBy([secret], { body: '[]' })), secrets: secret }),
    ).rejects.toMatchObject({
      code: 'body_invalid',
    });
  });

  it('refuses a text that is no secret, without repeating it', async () => {
    const request = await signedBy([generateHmacSecret()]);
    const { secretKey, publicKey } = await generateEd25519Pair();
    const texts = [
      '',
      'whsec_',
      'whsec_dG9vIHNob3J0',
      `whpk_${'A'.repeat(40)}`,
      'whsec_not base64 ???',
      secretKey,
      publicKey.replace('whpk_', ''),
    ];
    for (const secrets of texts) {
      const error: unknown = await verifyWebhook({ ...request, secrets }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(WebhookSecretError);
      expect(String(error)).not.toContain(secrets.slice(6, 40) || 'another secret');
    }
  });
});
