/** Why the server closed a WebSocket (RFC 6455 §7.4, IANA registry). No event was skipped with any of them: resume. */
export const CLOSE_CODES = {
  /** The bytes were no WebSocket frames: not masked, compressed without agreement, or of an unknown kind. */
  protocolError: 1002,
  /** A binary message; only text is understood. */
  binary: 1003,
  /** Text that is not UTF-8. */
  invalidText: 1007,
  /** Too many messages, or too many fragments, or the key has ended. Before a close for messages or the key comes an `error`. */
  policy: 1008,
  /** A message that is too large. */
  tooLarge: 1009,
  /** The process is stopped or restarted. Connect again after the delay of the notice; other replicas serve at once. */
  restart: 1012,
  /** The client read too slowly. Connect again and resume. */
  tooSlow: 1013,
  /** The client did not answer a ping. */
  pongTimeout: 3008,
} as const;

/** The codes of `error` frames. The connection stays open unless a close follows. */
export const ERROR_CODES = {
  /** The message is no JSON object. */
  malformedFrame: 'malformed_frame',
  unknownType: 'unknown_type',
  /** A field of a known frame is missing, unknown, or does not fit. */
  invalidFrame: 'invalid_frame',
  /** Nothing of the frame was subscribed. */
  unknownChannel: 'unknown_channel',
  /** `after` is no cursor. */
  invalidCursor: 'invalid_cursor',
  tooManyChannels: 'too_many_channels',
  /** `after` came while the connection was following already: it has one place in the log. */
  alreadyFollowing: 'already_following',
  /** The connection is closed with 1008. */
  tooManyMessages: 'too_many_messages',
  /** The key was revoked or has expired. The connection is closed, a WebSocket with 1008. */
  unauthorized: 'unauthorized',
} as const;

/** The one protocol of the WebSocket (`Sec-WebSocket-Protocol`); only clients that offer one need it. */
export const WEB_SOCKET_PROTOCOL = 'insights.v1';

/** A browser offers a token as another protocol, which begins like this and is never the one that is answered. */
export const WEB_SOCKET_TOKEN_PROTOCOL = 'insights.token.';

export type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];
export type ErrorCode = (typeof ERROR_CODES)[keyof typeof ERROR_CODES];
