import { LifecycleError } from '../errors.ts';
import { memberOf } from '../host/foreign.ts';
import type { Resource } from './resource.ts';

const UNNAMED = ['', 'Object', 'Function'];

/** What a factory may return: a `Resource`, or anything that can be disposed of, as it is. */
export type Acquirable = Resource | AsyncDisposable | Disposable;

/**
 * How a value is closed. Many classes (`http.Server`, for one) have a `close` that takes something else than our
 * context, so a disposable value is disposed of, unless another member shows that it was written as a `Resource`.
 */
export function asResource(value: Acquirable): Resource {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) throw notClosable(value);
  if (isResource(value)) return value;
  if (Symbol.asyncDispose in value) return { close: async () => await value[Symbol.asyncDispose]() };
  if (Symbol.dispose in value) return { close: () => value[Symbol.dispose]() };
  throw notClosable(value);
}

function isResource(value: Acquirable): value is Resource {
  if (!('close' in value) || typeof value.close !== 'function') return false;
  const disposable = Symbol.asyncDispose in value || Symbol.dispose in value;
  return !disposable || ['announce', 'force', 'waitingFor', 'counts'].some((member) => member in value);
}

/** The value's `name` or its class, where that says more than `Object`. A module namespace has neither. */
export function nameOf(value: Acquirable): string | undefined {
  const names = [memberOf(value, 'name'), memberOf(memberOf(value, 'constructor'), 'name')];
  return names.find((name): name is string => typeof name === 'string' && !UNNAMED.includes(name));
}

function notClosable(value: unknown): LifecycleError {
  return new LifecycleError(
    'not_closable',
    `the factory returned ${value === null ? 'null' : `a value of type ${typeof value}`} without a way to close it; ` +
      'expected { close(context) } or something disposable (Symbol.asyncDispose or Symbol.dispose)',
  );
}
