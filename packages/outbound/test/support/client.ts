import { HostileReceiver, type Behaviour } from '@stellar-insights/devstack/testing';
import { onTestFinished } from 'vitest';
import {
  OutboundClient,
  parseNetworks,
  type OutboundClientOptions,
  type OutboundRequest,
} from '../../src/index.ts';

/** 127.0.0.1 is permitted; 127.0.0.2 and everything else that is private is not. */
const RECEIVER_ONLY = parseNetworks('127.0.0.1/32');

/** Closed when the test ends. */
export function clientFor(options: OutboundClientOptions = {}): OutboundClient {
  const client = new OutboundClient({ allowedNetworks: RECEIVER_ONLY, deadlineMs: 30_000, ...options });
  onTestFinished(async () => {
    client.force();
    await client.close();
  });
  return client;
}

/** Closed when the test ends. */
export async function receiverThat(behaviour: Behaviour): Promise<HostileReceiver> {
  const receiver = await HostileReceiver.start({ decide: () => behaviour });
  onTestFinished(() => receiver[Symbol.asyncDispose]());
  return receiver;
}

/** The error of a request, or its response if it does not fail. */
export async function outcomeOf(
  client: OutboundClient,
  request: Partial<OutboundRequest> & { url: string },
): Promise<unknown> {
  return client.request({ method: 'POST', body: '{}', ...request }).then(
    (response) => response,
    (error: unknown) => error,
  );
}
