export { type DrainOptions, type DrainableServer, drainable } from './drainable.ts';
export { type EventStream, type EventStreamsOptions, eventStreams } from './event-streams.ts';
export type { HttpRequest, HttpResponse, HttpServer } from './http-server.ts';
export type { ShutdownNotice } from '../streams/notice.ts';
export { listen } from './listen.ts';
export { markStream } from './mark-stream.ts';
export { RequestEndedError } from './request-ended.ts';
export { requestSignal } from './request-signal.ts';
