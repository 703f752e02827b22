import { createClient } from '@stellar-insights/client';
import type { Resource } from '@stellar-insights/lifecycle';
import { Receiver } from '../../apps/worker/src/listen/receiver.ts';

/** A webhook for all payments, and its receiver on this machine, which verifies what arrives. */
export class DemoWebhook implements Resource {
  readonly name = 'webhook';
  readonly #receiver: Receiver;
  /** Of the webhook; empty before it is created. */
  readonly #secrets: string[];
  #verified = 0;
  #refused = 0;

  static async start(): Promise<DemoWebhook> {
    const secrets: string[] = [];
    const receiver = await Receiver.start({
      host: '127.0.0.1',
      port: 0,
      secrets,
      onDelivery: ({ verdict, again }) => {
        if (verdict === 'refused') webhook.#refused += 1;
        else if (!again) webhook.#verified += 1;
      },
    });
    const webhook = new DemoWebhook(receiver, secrets);
    return webhook;
  }

  private constructor(receiver: Receiver, secrets: string[]) {
    this.#receiver = receiver;
    this.#secrets = secrets;
  }

  get url(): string {
    return this.#receiver.url;
  }

  /** @param apiKey with the scope `webhooks` */
  async create(api: string, apiKey: string): Promise<void> {
    const client = createClient({ url: api, apiKey });
    const { secret } = await client.createWebhook({
      url: this.url,
      filters: { events: ['payment.created'] },
    });
    if (secret !== null) this.#secrets.push(secret);
  }

  /** How many events have arrived with a signature that fits; each counts once. */
  get summary(): string {
    const refused = this.#refused === 0 ? '' : `, ${this.#refused} refused`;
    return `webhook: ${this.#verified} verified deliveries${refused}`;
  }

  async close(): Promise<void> {
    await this.#receiver[Symbol.asyncDispose]();
  }
}
