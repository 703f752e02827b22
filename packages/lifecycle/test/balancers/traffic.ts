import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Something that goes on until it is disposed. */
abstract class Repeated implements AsyncDisposable {
  readonly #over = new AbortController();
  readonly #running: Promise<void>;
  protected readonly everyMs: number;

  constructor(everyMs: number) {
    this.everyMs = everyMs;
    this.#running = this.#run(this.#over.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#running;
  }

  protected abstract once(number: number): void;

  async #run(signal: AbortSignal): Promise<void> {
    // A subclass is complete only after this turn.
    await sleep(0);
    for (let number = 0; !signal.aborted; number += 1) {
      this.once(number);
      await sleep(this.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Requests at a steady rate, to each port in turn. */
export class Load extends Repeated {
  readonly failures: string[] = [];
  answered = 0;
  readonly #ports: readonly number[];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #inFlight = new Set<Promise<void>>();

  constructor(ports: readonly number[], perSecond: number) {
    super(1000 / perSecond);
    this.#ports = ports;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await Promise.all(this.#inFlight);
    this.#agent.destroy();
  }

  protected override once(number: number): void {
    const port = this.#ports[number % this.#ports.length];
    const asking = ask({ port, path: '/', agent: this.#agent }).then((answer) => {
      this.#inFlight.delete(asking);
      if (answer === '200') this.answered += 1;
      else this.failures.push(answer);
      return undefined;
    });
    this.#inFlight.add(asking);
  }
}

/** Asks each instance whether it is ready and sends it nothing else, as a monitor does. */
export class Monitor extends Repeated {
  readonly #ports: readonly number[];
  readonly #localAddress: string;

  constructor(ports: readonly number[], localAddress: string, everyMs: number) {
    super(everyMs);
    this.#ports = ports;
    this.#localAddress = localAddress;
  }

  protected override once(): void {
    for (const port of this.#ports)
      void ask({ port, path: '/ready', agent: false, localAddress: this.#localAddress });
  }
}

/** Resolves to the status of the answer, or to the code of the error. */
function ask(options: {
  readonly port: number | undefined;
  readonly path: string;
  readonly agent: Agent | false;
  readonly localAddress?: string;
}): Promise<string> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', ...options });
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asked.on('response', (response) => {
      response.resume();
      response.on('close', () => resolve(response.complete ? String(response.statusCode) : 'cut off'));
    });
    asked.end();
  });
}
