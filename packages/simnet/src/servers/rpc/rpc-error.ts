/** JSON-RPC 2.0's codes, as Stellar RPC uses them. */
export const RPC_CODES = {
  parseError: -32700,
  /** Also a start or a limit out of range. */
  invalidRequest: -32600,
  methodNotFound: -32601,
  /** Also a cursor out of range, as one at the tip is. */
  invalidParams: -32602,
  /** Also being behind the network. */
  internalError: -32603,
} as const;

/** What the RPC answers in place of a result. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: (typeof RPC_CODES)[keyof typeof RPC_CODES];

  constructor(code: keyof typeof RPC_CODES, message: string) {
    super(message);
    this.code = RPC_CODES[code];
  }
}
