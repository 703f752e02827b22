import { once } from 'node:events';
import type { ServerFrame } from '@stellar-insights/contract/realtime';
import { eventually } from '@stellar-insights/devstack/testing';
import { onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';

type Type = ServerFrame['type'];
type FrameOf<Name extends Type> = Extract<ServerFrame, { readonly type: Name }>;

/** What one client was sent. */
abstract class Received {
  readonly frames: ServerFrame[] = [];

  /** The ids of its events, in order. */
  get ids(): string[] {
    return this.frames.flatMap((frame) => (frame.type === 'event' ? [frame.id] : []));
  }

  of<Name extends Type>(type: Name): FrameOf<Name>[] {
    return this.frames.filter((frame): frame is FrameOf<Name> => frame.type === type);
  }

  /** The first frame of this type, once it is there. */
  async first<Name extends Type>(type: Name): Promise<FrameOf<Name>> {
    await this.until(() => this.of(type).length > 0);
    return this.of(type)[0] as FrameOf<Name>;
  }

  async until(condition: () => boolean): Promise<void> {
    await eventually(condition);
  }
}

/** A WebSocket client that keeps every frame. */
export class WebSocketClient extends Received {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;

  private constructor(socket: WebSocket) {
    super();
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString()) as ServerFrame));
    this.closed = (once(socket, 'close') as Promise<[number, Buffer]>).then(([code, reason]) => ({
      code,
      reason: reason.toString(),
    }));
  }

  static async connect(
    port: number,
    options: ClientOptions = {},
    protocols: readonly string[] = [],
  ): Promise<WebSocketClient> {
    const client = new WebSocketClient(new WebSocket(`ws://127.0.0.1:${port}/ws`, [...protocols], options));
    onTestFinished(() => client.socket.terminate());
    await client.first('connected');
    return client;
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Resolves once the server has confirmed. */
  async subscribe(channels: readonly string[], after?: string): Promise<FrameOf<'subscription_confirm'>> {
    const before = this.of('subscription_confirm').length;
    this.send({ type: 'subscribe', channels, ...(after !== undefined && { after }) });
    await this.until(() => this.of('subscription_confirm').length > before);
    return this.of('subscription_confirm')[before] as FrameOf<'subscription_confirm'>;
  }
}

/** A client of server-sent events that keeps every frame, and the last id as `EventSource` does. */
export class EventStreamClient extends Received {
  readonly response: Response;
  lastEventId = '';
  comments = 0;
  hasEnded = false;

  private constructor(response: Response) {
    super();
    this.response = response;
  }

  static async connect(
    port: number,
    query: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<EventStreamClient> {
    const abort = new AbortController();
    onTestFinished(() => abort.abort());
    const url = `http://127.0.0.1:${port}/api/v1/events/stream?${new URLSearchParams(query).toString()}`;
    const response = await fetch(url, { headers, signal: abort.signal });
    const client = new EventStreamClient(response);
    if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) void client.#read();
    return client;
  }

  async #read(): Promise<void> {
    let text = '';
    try {
      for await (const chunk of this.response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const blocks = (text + chunk).split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.#take(block);
      }
    } catch {
      // It was aborted, or cut.
    }
    this.hasEnded = true;
  }

  #take(block: string): void {
    for (const line of block.split('\n')) {
      const [field, value] = [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)];
      if (field === 'id') this.lastEventId = value;
      if (field === 'data') this.frames.push(JSON.parse(value) as ServerFrame);
      if (field === '') this.comments += 1;
    }
  }
}
