import { inspect } from 'node:util';

/** A member of what foreign code threw or returned; undefined if there is none or reading it throws. Never throws. */
export function memberOf(value: unknown, name: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

/** What foreign code threw or returned, for people: a string as it is, anything else as Node shows it. Never throws. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return inspect(value, { depth: 2, maxArrayLength: 10, maxStringLength: 1000 });
  } catch {
    return `a value of type ${typeof value} that cannot be shown`;
  }
}
