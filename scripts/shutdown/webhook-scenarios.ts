import { eventually, HostileReceiver } from '@stellar-insights/devstack/testing';
import { issueKey } from './api-scenarios.ts';
import type { AppProcess } from './app-process.ts';
import { expectEnding, expectThat } from './expect-ending.ts';
import type { Scenario, Stage } from './stage.ts';

interface Attempt {
  readonly attempt: number;
  readonly outcome: string;
}

/** A webhook for each ledger. Disposing deletes it, so that no other scenario has deliveries to make. */
class Subscription implements AsyncDisposable {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#url = url;
    this.#headers = headers;
  }

  static async create(stage: Stage, api: AppProcess, receiver: HostileReceiver): Promise<Subscription> {
    const { secret } = await issueKey(stage, 'webhooks', 'webhooks');
    const headers = { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' };
    const all = `${await api.url()}/api/v1/webhooks`;
    const asked = { url: receiver.url('/'), filters: { events: ['ledger.closed'] } };
    const response = await fetch(all, { method: 'POST', headers, body: JSON.stringify(asked) });
    const text = await response.text();
    if (!response.ok) throw new Error(`found ${text}, expected a new webhook`);
    const { data } = JSON.parse(text) as { data: { id: string } };
    return new Subscription(`${all}/${data.id}`, headers);
  }

  async attempts(): Promise<readonly Attempt[]> {
    const response = await fetch(`${this.#url}/attempts?limit=200`, { headers: this.#headers });
    return ((await response.json()) as { data: readonly Attempt[] }).data;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await fetch(this.#url, { method: 'DELETE', headers: this.#headers });
  }
}

export const webhookScenarios: readonly Scenario[] = [
  {
    title:
      'worker, deliveries to a receiver that hangs: returned without an attempt, and delivered by the next',
    play: async (stage) => {
      const arrived = { while: new Set<string>(), after: new Set<string>() };
      let hangs = true;
      await using receiver = await HostileReceiver.start({
        decide: ({ headers }) => {
          arrived[hangs ? 'while' : 'after'].add(String(headers['webhook-id']));
          return hangs ? 'stall' : 'accept';
        },
      });
      const api = await stage.api();
      await using subscription = await Subscription.create(stage, api, receiver);
      const worker = await stage.worker({ SHUTDOWN_BACKGROUND_TIMEOUT: '4' });
      await eventually(() => arrived.while.size > 0);
      expectEnding(await worker.stop(), { code: 0, outcome: 'clean', forced: [], withinSeconds: 8 });
      hangs = false;
      await stage.worker();
      await eventually(() => [...arrived.while].every((id) => arrived.after.has(id)));
      const attempts = await eventually(async () => {
        const found = await subscription.attempts();
        return found.length >= arrived.while.size && found;
      });
      const spent = attempts.filter(({ attempt, outcome }) => attempt !== 1 || outcome !== 'delivered');
      expectThat(spent.length === 0, `attempts such as ${JSON.stringify(spent[0])}`, 'one for each delivery');
    },
  },
];
