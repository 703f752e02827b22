export { UnseenClientsError } from './errors.ts';
export { type WebSocketOptions, webSockets } from './web-sockets.ts';
export type { WebSocketLike, WebSocketServerLike } from './web-socket-server.ts';
export type { ShutdownNotice } from '../streams/notice.ts';
