import { z } from 'zod';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What a schema accepts, in words, e.g. `a whole number from 1 to 65535`. The schema's own description has precedence. */
export function describeSchema(schema: z.ZodType): string {
  return inWords(inputSchema(schema));
}

/** The default as text; undefined if there is none or it has no text form. */
export function defaultText(schema: z.ZodType): string | undefined {
  const value: unknown = inputSchema(schema).default ?? schema.safeParse(undefined).data;
  const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isText ? String(value) : undefined;
}

function inputSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

function inWords(schema: JsonSchema): string {
  if (schema.description !== undefined) return schema.description;
  if (schema.const !== undefined) return `${schema.const}`;
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  if (schema.anyOf !== undefined) return schema.anyOf.map((choice) => inWords(choice)).join(' or ');
  if (schema.type === 'integer') return `a whole number${range(schema)}`;
  if (schema.type === 'number') return `a number${range(schema)}`;
  if (schema.format === 'uri') return 'a URL';
  if (schema.format !== undefined) return `text in the format ${schema.format}`;
  if (schema.pattern !== undefined) return `text that matches ${schema.pattern}`;
  return (schema.minLength ?? 0) > 1 ? `text of at least ${schema.minLength} characters` : 'text';
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const bounds: string[] = [];
  if (exclusiveMinimum !== undefined) bounds.push(`above ${exclusiveMinimum}`);
  // An integer schema always has bounds; the bounds of safe integers are left out.
  else if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER) bounds.push(`from ${minimum}`);
  if (exclusiveMaximum !== undefined) bounds.push(`below ${exclusiveMaximum}`);
  else if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) bounds.push(`to ${maximum}`);
  return bounds.map((bound) => ` ${bound}`).join('');
}
