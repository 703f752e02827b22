import { ERROR_CODES } from '@stellar-insights/contract/realtime-codes';
import { ApiProblemError } from '../errors.ts';
import type { Connection, ConnectOptions, Transport } from './transport.ts';

/** Resolves to a token that was not used, e.g. from a server that has the key. */
export type TokenSource = () => Promise<string>;

const TOKEN = /^[\w.-]{1,200}$/;
/** Without what was found, which may be a key. */
const NO_TOKEN = 'found something that is no token, expected the `token` of `createToken`';

/** Gets a token for each connection, as each token opens one. */
export function withToken(token: TokenSource, connect: (token: string) => Transport): Transport {
  return (options) => {
    let connection: Connection | undefined;
    let isClosed = false;
    const open = (text: string): void => {
      if (isClosed) return;
      if (TOKEN.test(text)) connection = connect(text)(renewing(options));
      else options.report({ type: 'refused', code: 'malformed_token', message: NO_TOKEN });
    };
    const fail = (error: unknown): void => {
      if (!isClosed) reportFailure(error, options);
    };
    // A source that throws at once fails like one that rejects.
    void Promise.resolve().then(token).then(open).catch(fail);
    return {
      close: () => {
        isClosed = true;
        connection?.close();
      },
      probe: () => connection?.probe(),
    };
  };
}

/** The key of the connection has ended; the source of tokens may have another key by now. */
function renewing(options: ConnectOptions): ConnectOptions {
  return {
    ...options,
    report: (each) => {
      const hasEnded = each.type === 'refused' && each.code === ERROR_CODES.unauthorized;
      options.report(hasEnded ? { type: 'lost' } : each);
    },
  };
}

function reportFailure(error: unknown, { report }: ConnectOptions): void {
  if (!(error instanceof ApiProblemError)) report({ type: 'lost' });
  else if (error.retryable) report({ type: 'lost', retryAfterMs: error.retryAfterMs });
  else report({ type: 'refused', code: error.code, message: error.detail });
}
