import { buildConnector } from 'undici';
import { errorCode } from '@stellar-insights/runtime/errors';
import { OutboundError } from '../errors.ts';

export interface ConnectorOptions {
  readonly connectTimeoutMs: number;
  /** Certificate authorities in PEM, in place of the system's. */
  readonly ca?: string | undefined;
}

/** Failures of TCP have these or a system call; what else fails before a TLS connection stands is TLS. */
const TCP_CODES: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * Connects to exactly this address, which is checked: nothing is looked up here. TLS still asks for, and verifies, the
 * name in the URL, if it has one. Fails with `connection_failed` or `tls_failed`.
 */
export function connectorTo(
  address: string,
  name: string | undefined,
  { connectTimeoutMs, ca }: ConnectorOptions,
): buildConnector.connector {
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    allowH2: false,
    ...(ca !== undefined && { ca }),
  });
  return ({ servername: _, ...options }, callback) => {
    const secure = options.protocol === 'https:';
    // Returned, although its type does not say so, because undici cancels a connection through it.
    return connect(
      { ...options, hostname: address, ...(secure && name !== undefined && { servername: name }) },
      (...[error, socket]: buildConnector.CallbackArgs) => {
        if (error === null) callback(null, socket);
        else callback(connectFailed(error, secure, address), null);
      },
    );
  };
}

function connectFailed(error: Error, secure: boolean, address: string): OutboundError {
  const code = errorCode(error);
  const tls = secure && !TCP_CODES.has(code) && (!('syscall' in error) || code === 'EPROTO');
  return tls
    ? new OutboundError(
        'tls_failed',
        `found ${code} at ${address}, expected a valid certificate and TLS 1.2 or later`,
        {
          retryable: true,
          address,
          cause: error,
        },
      )
    : new OutboundError('connection_failed', `found ${code} at ${address}, expected a connection`, {
        retryable: true,
        address,
        cause: error,
      });
}
