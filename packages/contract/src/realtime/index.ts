export { clientFrame, type ClientFrame } from './client-frames.ts';
export { CLOSE_CODES, ERROR_CODES, type CloseCode, type ErrorCode } from './codes.ts';
export {
  serverFrame,
  type ControlFrame,
  type EventFrame,
  type ResyncFrame,
  type ServerFrame,
  type ShutdownFrame,
} from './server-frames.ts';
export { streamHeaders, streamQuery, type StreamQuery } from './stream-parameters.ts';
