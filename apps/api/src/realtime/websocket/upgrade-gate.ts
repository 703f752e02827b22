import type { IncomingMessage } from 'node:http';
import { WEB_SOCKET_PROTOCOL } from '@stellar-insights/contract/realtime-codes';
import { offeredToken, offersProtocol } from '../../access/credentials.ts';
import { ProblemError } from '../../answers/problem.ts';
import { networkOf, type AddressOf } from '../../server/client-address.ts';
import type { ConnectionLimits } from '../connections/connection-limits.ts';

export const WEB_SOCKET_PATH = '/ws';

const VERSION = '13';
/** 16 bytes in base64 (RFC 6455 §4.1). */
const KEY = /^[+/0-9A-Za-z]{22}==$/;

export interface UpgradeGateParts {
  readonly limits: ConnectionLimits;
  readonly addressOf: AddressOf;
  readonly origins: '*' | readonly string[];
  /** Whether the middleware will refuse this request. */
  readonly isLimited: (request: IncomingMessage) => boolean;
  /** Whether the process can deliver events. */
  readonly isRunning: () => boolean;
}

/**
 * Decides which requests become WebSockets. All others stay ordinary requests, so that each of them is answered at once;
 * on the path of the WebSocket, with the reason.
 */
export class UpgradeGate {
  readonly #parts: UpgradeGateParts;
  readonly #refusals = new WeakMap<IncomingMessage, ProblemError>();

  constructor(parts: UpgradeGateParts) {
    this.#parts = parts;
  }

  /** For a request with an `Upgrade` header. A WebSocket takes a place among the connections until its socket closes. */
  accepts(request: IncomingMessage): boolean {
    if (!isWebSocket(request) || request.url?.split('?', 1)[0] !== WEB_SOCKET_PATH) return false;
    if (this.#parts.isLimited(request)) return false;
    const refusal = this.#faultOf(request) ?? this.#takePlace(request);
    if (refusal !== undefined) this.#refusals.set(request, refusal);
    return refusal === undefined;
  }

  /** Why this request is no WebSocket. */
  refusalOf(request: IncomingMessage | undefined): ProblemError {
    return (request && this.#refusals.get(request)) ?? upgradeRequired('send an upgrade to websocket here');
  }

  #faultOf({
    method,
    httpVersionMajor,
    httpVersionMinor,
    headers,
  }: IncomingMessage): ProblemError | undefined {
    const { origins } = this.#parts;
    const { origin } = headers;
    if (method !== 'GET' || (httpVersionMajor === 1 && httpVersionMinor === 0)) {
      return new ProblemError(400, 'malformed_upgrade', 'an upgrade to websocket is a GET of HTTP/1.1');
    }
    if (headers['sec-websocket-version'] !== VERSION) {
      return upgradeRequired(`the only version of the protocol here is ${VERSION}`);
    }
    if (!KEY.test(headers['sec-websocket-key'] ?? '')) {
      return new ProblemError(400, 'malformed_upgrade', '`Sec-WebSocket-Key` is not 16 bytes in base64');
    }
    if (offeredToken({ headers }) !== undefined && !offersProtocol({ headers })) {
      const detail = `offer the protocol ${WEB_SOCKET_PROTOCOL} besides the token: it is the one that is answered`;
      return new ProblemError(400, 'malformed_upgrade', detail);
    }
    if (origin !== undefined && origins !== '*' && !origins.includes(origin)) {
      return new ProblemError(403, 'origin_not_allowed', 'pages of this origin may not read the API');
    }
    return undefined;
  }

  #takePlace(request: IncomingMessage): ProblemError | undefined {
    const { limits, addressOf, isRunning } = this.#parts;
    if (!isRunning()) return notRunning();
    const place = limits.take(networkOf(addressOf(request)));
    if (place instanceof ProblemError) return place;
    request.socket.once('close', place);
    return undefined;
  }
}

export function notRunning(): ProblemError {
  const detail = 'this process does not deliver events yet, or not any more; try again, or another replica';
  return new ProblemError(503, 'streams_unavailable', detail, { headers: { 'Retry-After': '1' } });
}

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.trim().toLowerCase() === 'websocket';
}

function upgradeRequired(detail: string): ProblemError {
  const headers = { Upgrade: 'websocket', Connection: 'Upgrade, close', 'Sec-WebSocket-Version': VERSION };
  return new ProblemError(426, 'upgrade_required', detail, { headers });
}
