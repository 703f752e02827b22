import { isNamed, partsOf, type NamedSchema, type Schema } from './schema.ts';

/** All structs and unions in these schemas, each once, in the order in which they are first met. */
export function namedSchemas(roots: readonly Schema[]): NamedSchema[] {
  const met = new Set<Schema>();
  const visit = (schema: Schema): void => {
    if (met.has(schema)) return;
    met.add(schema);
    partsOf(schema).forEach(visit);
  };
  roots.forEach(visit);
  return [...met].filter(isNamed);
}

/** For each schema that can hold itself: those that it can hold and that can hold it. */
export function cycles(schemas: readonly NamedSchema[]): Map<Schema, ReadonlySet<Schema>> {
  const reachable = new Map(schemas.map((schema) => [schema, reachableFrom(schema)]));
  const found = new Map<Schema, ReadonlySet<Schema>>();
  for (const [schema, inner] of reachable) {
    if (!inner.has(schema)) continue;
    found.set(schema, new Set([...inner].filter((part) => reachable.get(part as NamedSchema)?.has(schema))));
  }
  return found;
}

function reachableFrom(schema: Schema): Set<Schema> {
  const met = new Set<Schema>();
  const visit = (part: Schema): void => {
    if (met.has(part)) return;
    met.add(part);
    partsOf(part).forEach(visit);
  };
  partsOf(schema).forEach(visit);
  return met;
}
