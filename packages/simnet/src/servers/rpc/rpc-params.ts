import { RpcError } from './rpc-error.ts';

export type Params = Readonly<Record<string, unknown>>;

/** A call's parameters; absent and null are none, a list is refused. */
export function paramsOf(value: unknown, what = 'parameters'): Params {
  if (value === undefined || value === null) return {};
  if (isParams(value)) return value;
  throw invalid(what, value, 'an object');
}

export function isParams(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textParam(params: Params, name: string): string {
  const value = params[name] ?? '';
  if (typeof value === 'string') return value;
  throw invalid(name, value, 'a string');
}

/** Default: 0. */
export function uint32Param(params: Params, name: string): number {
  const value = params[name] ?? 0;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32) return value;
  throw invalid(name, value, 'a whole number from 0 to 4294967295');
}

/** XDR is the one format served here; Stellar RPC knows JSON too. */
export function requireXdrFormat(params: Params): void {
  const format = textParam(params, 'xdrFormat');
  if (format !== '' && format !== 'base64') throw invalid('xdrFormat', format, "'base64'");
}

function invalid(name: string, value: unknown, expected: string): RpcError {
  return new RpcError(
    'invalidParams',
    `invalid parameters: ${name} is ${JSON.stringify(value)}, not ${expected}`,
  );
}
