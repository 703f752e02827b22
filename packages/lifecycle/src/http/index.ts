export { type DrainOptions, type DrainableServer, drainable, listen } from './drainable.ts';
export { RequestEndedError } from './errors.ts';
export { type EventStream, type EventStreamsOptions, eventStreams } from './event-streams.ts';
export { markStream, requestSignal } from './handler.ts';
export type { HttpRequest, HttpResponse, HttpServer } from './http-server.ts';
export type { ShutdownNotice } from '../streams/notice.ts';
