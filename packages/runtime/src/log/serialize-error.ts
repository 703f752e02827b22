import { stdSerializers } from 'pino';

type Fields = Readonly<Record<string, unknown>>;

/**
 * An error as a line of the log has it, without the data that libraries attach, which may be secret: ioredis attaches the
 * command with all of its arguments, also of the one that sends the password. What is no error stays as it is.
 */
export function serializeError(error: unknown): unknown {
  return error instanceof Error ? withoutData({ ...stdSerializers.err(error) }) : error;
}

function withoutData({
  raw: _raw,
  args: _a,
  parameters: _b,
  params: _c,
  command,
  ...fields
}: Fields): Fields {
  const name = isFields(command) ? command['name'] : command;
  const kept = Object.entries(fields).map(([field, value]) => [field, withoutDataOfErrors(value)]);
  return { ...Object.fromEntries(kept), ...(name !== undefined && { command: name }) };
}

/** Errors in the fields of an error have been serialized with it. */
function withoutDataOfErrors(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDataOfErrors);
  return isFields(value) && 'stack' in value ? withoutData(value) : value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
