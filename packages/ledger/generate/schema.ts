import type { XdrType } from '@stellar/js-xdr';

/** A js-xdr schema, with the parts that tell how its bytes are laid out. */
export type Schema =
  | { readonly kind: 'int32' | 'uint32' | 'int64' | 'uint64' | 'bool' | 'void' }
  | { readonly kind: 'opaque'; readonly length: number }
  | { readonly kind: 'varOpaque' | 'string'; readonly maxLength: number }
  | { readonly kind: 'enum'; readonly name: string; readonly nameByValue: ReadonlyMap<number, string> }
  | { readonly kind: 'array'; readonly element: Schema; readonly maxLength: number }
  | { readonly kind: 'fixedArray'; readonly element: Schema; readonly length: number }
  | { readonly kind: 'option'; readonly element: Schema }
  | { readonly kind: 'lazy'; readonly getSchema: () => Schema }
  | { readonly kind: 'struct'; readonly name: string; readonly entries: readonly [string, Schema][] }
  | UnionSchema;

/** A schema that becomes a function of its own. */
export type NamedSchema = Extract<Schema, { kind: 'struct' }> | UnionSchema;

interface UnionSchema {
  readonly kind: 'union';
  readonly name: string;
  readonly switchOn: Schema;
  readonly cases: readonly { readonly discriminant: number; readonly arm: Arm }[];
  readonly defaultArm?: Arm;
}

type Arm = Schema | { readonly kind: 'field'; readonly schema: Schema };

const KINDS = new Set(
  `int32 uint32 int64 uint64 bool void opaque varOpaque string enum array fixedArray option lazy struct union`.split(
    ' ',
  ),
);

/** @throws TypeError for a kind of schema that this generator does not know */
export function schemaOf(type: XdrType<never>): Schema {
  return resolve(type as unknown as Schema);
}

/** The schema itself in place of a reference to it. */
export function resolve(schema: Schema): Schema {
  if (schema.kind === 'lazy') return resolve(schema.getSchema());
  if (!KINDS.has(schema.kind)) {
    throw new TypeError(`found a schema of kind ${schema.kind}, expected one of ${[...KINDS].join()}`);
  }
  return schema;
}

export function armSchema(arm: Arm): Schema {
  return resolve(arm.kind === 'field' ? arm.schema : arm);
}

export function isNamed(schema: Schema): schema is NamedSchema {
  return schema.kind === 'struct' || schema.kind === 'union';
}

/** The schemas that this one is made of. */
export function partsOf(schema: Schema): Schema[] {
  switch (schema.kind) {
    case 'array':
    case 'fixedArray':
    case 'option':
      return [resolve(schema.element)];
    case 'struct':
      return schema.entries.map(([, field]) => resolve(field));
    case 'union':
      return [
        ...schema.cases.map(({ arm }) => armSchema(arm)),
        ...(schema.defaultArm === undefined ? [] : [armSchema(schema.defaultArm)]),
      ];
    default:
      return [];
  }
}

/**
 * The number of bytes if it is the same for all values and no value of them is refused, so that they can be passed over
 * without a look; else null.
 */
export function freeSize(schema: Schema): number | null {
  switch (schema.kind) {
    case 'void':
      return 0;
    case 'int32':
    case 'uint32':
      return 4;
    case 'int64':
    case 'uint64':
      return 8;
    case 'opaque':
      return schema.length % 4 === 0 ? schema.length : null;
    case 'fixedArray': {
      const size = freeSize(resolve(schema.element));
      return size === null ? null : size * schema.length;
    }
    case 'struct':
      return sum(partsOf(schema).map(freeSize));
    default:
      return null;
  }
}

/** The number of bytes if it is the same for all values that are accepted; else null. */
export function constantSize(schema: Schema): number | null {
  switch (schema.kind) {
    case 'bool':
    case 'enum':
      return 4;
    case 'struct':
      return sum(partsOf(schema).map(constantSize));
    case 'union': {
      const only = onlyCase(schema);
      return only === null ? null : sum([4, constantSize(only.arm)]);
    }
    default:
      return freeSize(schema);
  }
}

/** The case of a union that has no other; else null. */
export function onlyCase({ cases, defaultArm }: UnionSchema): { discriminant: number; arm: Schema } | null {
  const [only, ...others] = cases;
  if (only === undefined || others.length > 0 || defaultArm !== undefined) return null;
  return { discriminant: only.discriminant, arm: armSchema(only.arm) };
}

function sum(sizes: readonly (number | null)[]): number | null {
  return sizes.reduce((total, size) => (total === null || size === null ? null : total + size), 0);
}
