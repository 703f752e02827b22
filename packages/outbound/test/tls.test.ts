import { HostileReceiver, TEST_AUTHORITY } from '@stellar-insights/devstack/testing';
import { describe, expect, it } from 'vitest';
import type { OutboundClient } from '../src/index.ts';
import { clientFor, outcomeOf, receiverThat } from './support/client.ts';

describe('TLS', () => {
  const toReceiver = { lookup: async () => ['127.0.0.1'], ca: TEST_AUTHORITY };

  it('verifies the name of the URL, although the connection goes to an address', async () => {
    await using receiver = await HostileReceiver.start({ certificate: 'valid' });
    const client = clientFor(toReceiver);
    for (const host of ['receiver.test', 'hooks.receiver.test', 'RECEIVER.test.', '127.0.0.1']) {
      await expect(outcomeOf(client, { url: receiver.url('/', host) })).resolves.toMatchObject({
        status: 204,
      });
    }
    await expect(outcomeOf(client, { url: receiver.url('/', 'other.example') })).resolves.toMatchObject({
      code: 'tls_failed',
      message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
  });

  it('refuses an expired certificate, one of an unknown authority, and plain HTTP', async () => {
    await using expired = await HostileReceiver.start({ certificate: 'expired' });
    await using valid = await HostileReceiver.start({ certificate: 'valid' });
    const plain = await receiverThat('accept');
    const urls: [OutboundClient, string, string][] = [
      [clientFor(toReceiver), expired.url('/', 'receiver.test'), 'CERT_HAS_EXPIRED'],
      [
        clientFor({ lookup: toReceiver.lookup }),
        valid.url('/', 'receiver.test'),
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      ],
      [clientFor(toReceiver), plain.url().replace('http:', 'https:'), ''],
    ];
    for (const [client, url, cause] of urls) {
      await expect(outcomeOf(client, { url })).resolves.toMatchObject({
        code: 'tls_failed',
        message: expect.stringContaining(cause),
      });
    }
  });
});
