export type OutboundErrorCode =
  /** The URL itself is refused: its form, protocol, credentials or port. */
  | 'url_not_allowed'
  /** The host is, or resolves to, an address that is not public. */
  | 'address_not_allowed'
  | 'lookup_failed'
  | 'connection_failed'
  | 'tls_failed'
  | 'timed_out'
  | 'response_too_large'
  /** What came is not an HTTP/1.1 response. */
  | 'invalid_response';

export interface OutboundErrorFacts {
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** The address that was connected to, or refused. */
  readonly address?: string | undefined;
  /** The status of the response, if its head had arrived. */
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

/** A request got no complete response. The message names the host at most: paths and queries of webhooks carry secrets. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly code: OutboundErrorCode;
  readonly retryable: boolean;
  readonly address: string | undefined;
  readonly status: number | undefined;

  constructor(code: OutboundErrorCode, message: string, facts: OutboundErrorFacts) {
    super(message, { cause: facts.cause });
    this.code = code;
    this.retryable = facts.retryable;
    this.address = facts.address;
    this.status = facts.status;
  }
}

/** A list of networks is not one. */
export class NetworkListError extends Error {
  override readonly name = 'NetworkListError';
  readonly code = 'network_list_invalid';
  readonly retryable = false;

  constructor(found: string) {
    super(
      `found ${JSON.stringify(found)}, expected a network such as 10.0.0.0/8 or fd00::/8: separate networks by commas`,
    );
  }
}
