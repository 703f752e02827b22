import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';

interface Notice {
  readonly at: number;
  /** The id that came before it. */
  readonly idBefore: string | undefined;
  /** The id that it names. */
  readonly lastId: string | undefined;
}

/** What one client saw of the end of its connection. */
interface Ending {
  /** Ids in the order in which they came. */
  readonly ids: string[];
  /** A stream gets the notice once more as its last message. */
  readonly notices: Notice[];
  closed?: { readonly at: number; readonly code: number | undefined; readonly reason: string };
}

interface Frame {
  readonly type: string;
  readonly id: string;
  readonly last_id?: string;
}

/**
 * Clients of one replica that do not leave at its notice, so that they see how it closes them. What they see is late by the
 * time for which this process is busy: `lagMs`.
 */
export class CloseWatch {
  readonly endings: Ending[] = [];
  readonly #lag = monitorEventLoopDelay({ resolution: 5 });
  readonly #over: Promise<unknown>[] = [];

  private constructor() {
    this.#lag.enable();
  }

  static async open(port: number, webSockets: number, eventStreams: number): Promise<CloseWatch> {
    const watch = new CloseWatch();
    for (let each = 0; each < webSockets; each += 1) await watch.#openWebSocket(port);
    for (let each = 0; each < eventStreams; each += 1) await watch.#openEventStream(port);
    return watch;
  }

  /** Resolves when all are closed, to the longest time for which this process was busy. */
  async closed(): Promise<number> {
    await Promise.all(this.#over);
    this.#lag.disable();
    return this.#lag.max / 1e6;
  }

  async #openWebSocket(port: number): Promise<void> {
    const ending: Ending = { ids: [], notices: [] };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    socket.addEventListener('message', ({ data }) => note(ending, JSON.parse(String(data)) as Frame));
    const over = new Promise<void>((resolve) => {
      socket.addEventListener('close', ({ code, reason }) => {
        ending.closed = { at: performance.now(), code, reason };
        resolve();
      });
    });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'subscribe', channels: ['all'] }));
    this.endings.push(ending);
    this.#over.push(over);
  }

  async #openEventStream(port: number): Promise<void> {
    const ending: Ending = { ids: [], notices: [] };
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/events/stream`);
    this.endings.push(ending);
    this.#over.push(read(response, ending));
  }
}

async function read({ body }: Response, ending: Ending): Promise<void> {
  if (body === null) throw new TypeError('found no stream, expected one');
  let text = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const messages = (text + piece).split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const data = message.split('\n').find((line) => line.startsWith('data: '));
      if (data !== undefined) note(ending, JSON.parse(data.slice(6)) as Frame);
    }
  }
  ending.closed = { at: performance.now(), code: undefined, reason: '' };
}

function note(ending: Ending, frame: Frame): void {
  if (frame.type === 'event') ending.ids.push(frame.id);
  if (frame.type !== 'server_shutdown') return;
  ending.notices.push({ at: performance.now(), idBefore: ending.ids.at(-1), lastId: frame.last_id });
}
