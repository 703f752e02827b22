import { createPublicKey, verify } from 'node:crypto';
import { HostileReceiver, type Behaviour, type ReceivedRequest } from '@stellar-insights/devstack/testing';
import type { Random } from '@stellar-insights/simnet/testing';
import { Webhook } from 'standardwebhooks';

/** How an endpoint treats what it gets: a behaviour and its weight. Those that answer 2xx are in `ACCEPTING`. */
export type Habits = Partial<Readonly<Record<Behaviour, number>>>;

/** Behaviours that answer 2xx, also if the answer is long or does not end. */
const ACCEPTING: ReadonlySet<Behaviour> = new Set(['accept', 'gigabyte', 'bomb', 'drip', 'hang-up']);
/** Of the DER of an ed25519 public key, before its 32 bytes (RFC 8410). */
const SPKI_HEAD = '302a300506032b6570032100';

export interface Arrival {
  readonly endpoint: string;
  /** `webhook-id`. */
  readonly id: string;
  /** Whether it was answered with 2xx. */
  readonly accepted: boolean;
  /** What is wrong with its signature; null if it is right. */
  readonly fault: string | null;
}

export interface EndpointPlan {
  readonly habits: Habits;
  /** The public key (`whpk_…`) or secret (`whsec_…`) that its messages must be signed with. */
  readonly key: () => string;
}

/** Receives for several endpoints, a path each, and remembers what arrived. */
export class ChaoticReceiver implements AsyncDisposable {
  readonly arrivals: Arrival[] = [];
  readonly #receiver: HostileReceiver;

  static async start(
    plans: Readonly<Record<string, EndpointPlan>>,
    random: Random,
    certificate?: 'valid' | 'expired',
  ): Promise<ChaoticReceiver> {
    const receive = (request: ReceivedRequest): Behaviour => {
      const endpoint = request.path.slice(1);
      const plan = plans[endpoint];
      if (plan === undefined) return 'fail';
      const behaviour = draw(plan.habits, random);
      const id = String(request.headers['webhook-id']);
      const accepted = ACCEPTING.has(behaviour);
      self.arrivals.push({ endpoint, id, accepted, fault: signatureFault(request, plan.key()) });
      return behaviour;
    };
    const receiver = await HostileReceiver.start({ decide: receive, ...(certificate && { certificate }) });
    const self = new ChaoticReceiver(receiver);
    return self;
  }

  private constructor(receiver: HostileReceiver) {
    this.#receiver = receiver;
  }

  url(endpoint: string, host?: string): string {
    return this.#receiver.url(`/${endpoint}`, host);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#receiver[Symbol.asyncDispose]();
  }
}

function draw(habits: Habits, random: Random): Behaviour {
  let left = random.fraction();
  for (const [behaviour, weight] of Object.entries(habits)) {
    left -= weight;
    if (left < 0) return behaviour as Behaviour;
  }
  return 'accept';
}

/** As a receiver verifies: `v1` with the reference library, `v1a` with Node's own cryptography. */
export function signatureFault({ headers, body }: ReceivedRequest, key: string): string | null {
  const text = body.toString('utf8');
  const of = (name: string): string => String(headers[name]);
  try {
    if (key.startsWith('whsec_')) {
      new Webhook(key).verify(text, headers as Record<string, string>);
      return null;
    }
    const der = Buffer.concat([
      Buffer.from(SPKI_HEAD, 'hex'),
      Buffer.from(key.slice('whpk_'.length), 'base64'),
    ]);
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
    const content = Buffer.from(`${of('webhook-id')}.${of('webhook-timestamp')}.${text}`);
    const signatures = of('webhook-signature').split(' ');
    const isRight = signatures.some(
      (signature) =>
        signature.startsWith('v1a,') &&
        verify(null, content, publicKey, Buffer.from(signature.slice('v1a,'.length), 'base64')),
    );
    return isRight ? null : 'no v1a signature is right';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
