import { UNBOUNDED_MAX_LENGTH } from '@stellar/js-xdr';
import { cycles, namedSchemas } from './recursion.ts';
import {
  armSchema,
  constantSize,
  freeSize,
  onlyCase,
  resolve,
  type NamedSchema,
  type Schema,
} from './schema.ts';

/** TypeScript of one function for each struct and union in `roots`; those of `roots` themselves are exported. */
export function skipCode(roots: readonly NamedSchema[]): string {
  const schemas = namedSchemas(roots);
  const inCycles = cycles(schemas);
  const functions = schemas
    .filter((schema) => roots.includes(schema) || constantSize(schema) === null)
    .map((schema) => new FunctionWriter(schema, inCycles).write(roots.includes(schema)));
  return functions.join('\n');
}

/**
 * Writes the function of one schema. Bytes that need no look are added up in `#ahead` until some do. Values of a constant size
 * are checked where they are, so that their bytes are added up too.
 */
class FunctionWriter {
  readonly #schema: NamedSchema;
  readonly #inCycles: ReadonlyMap<Schema, ReadonlySet<Schema>>;
  readonly #lines: string[] = [];
  #ahead = 0;
  #loops = 0;

  constructor(schema: NamedSchema, inCycles: ReadonlyMap<Schema, ReadonlySet<Schema>>) {
    this.#schema = schema;
    this.#inCycles = inCycles;
  }

  write(isExported: boolean): string {
    const isRecursive = this.#inCycles.has(this.#schema);
    const parameters = `view: DataView, at: number${isRecursive ? ', depth = 0' : ''}`;
    this.#add(
      `${isExported ? 'export ' : ''}function ${nameOf(this.#schema)}(${parameters}): number {`,
      ...(isRecursive ? [`requireDepth(depth, '${this.#schema.name}');`] : []),
    );
    if (this.#schema.kind === 'struct') {
      for (const [, field] of this.#schema.entries) this.#skip(resolve(field));
      this.#return();
    } else {
      this.#skipUnion(this.#schema);
    }
    this.#add('}', '');
    return this.#lines.join('\n');
  }

  #skipUnion({ name, switchOn, cases, defaultArm }: Extract<NamedSchema, { kind: 'union' }>): void {
    const read = switchOn.kind === 'uint32' ? 'getUint32' : 'getInt32';
    this.#add(`switch (view.${read}(at)) {`);
    const arms = new Map<string, number[]>();
    const add = (discriminant: number, schema: Schema): void => {
      const body = this.#branch(schema);
      arms.set(body, [...(arms.get(body) ?? []), discriminant]);
    };
    for (const { discriminant, arm } of cases) add(discriminant, armSchema(arm));
    if (defaultArm !== undefined) {
      const schema = armSchema(defaultArm);
      if (switchOn.kind !== 'enum') {
        throw new TypeError(
          `found a default arm in ${name}, which switches on ${switchOn.kind}, expected an enum`,
        );
      }
      const listed = new Set(cases.map(({ discriminant }) => discriminant));
      for (const value of switchOn.nameByValue.keys()) if (!listed.has(value)) add(value, schema);
    }
    for (const [body, discriminants] of arms) {
      const labels = discriminants.map((discriminant) => `case ${discriminant}:`).join('\n');
      this.#add(body.includes('let ') ? `${labels} {\n${body}\n}` : `${labels}\n${body}`);
    }
    this.#add('default:', `throw unknownArm(view, at, '${name}');`, '}');
  }

  /** The statements that skip the arm of a union and return. */
  #branch(schema: Schema): string {
    const writer = new FunctionWriter(this.#schema, this.#inCycles);
    writer.#ahead = 4;
    writer.#skip(schema);
    writer.#return();
    return writer.#lines.join('\n');
  }

  /** A call that is the last step returns its result at once. */
  #return(): void {
    const last = this.#lines.at(-1);
    if (this.#ahead === 0 && last?.startsWith('at = ') === true) {
      this.#lines[this.#lines.length - 1] = last.replace('at = ', 'return ');
    } else {
      this.#add(`return ${this.#place()};`);
    }
  }

  #skip(schema: Schema): void {
    const size = freeSize(schema);
    if (size !== null) {
      this.#ahead += size;
      return;
    }
    switch (schema.kind) {
      case 'bool':
        this.#add(`requireBool(view, ${this.#place()});`);
        this.#ahead += 4;
        return;
      case 'enum':
        this.#skipEnum(schema);
        return;
      case 'opaque':
        this.#call(`skipPadded(view, ${this.#place()}, ${schema.length})`);
        return;
      case 'varOpaque':
      case 'string':
        this.#call(`skipOpaque(view, ${this.#place()}, ${limit(schema.maxLength)})`);
        return;
      case 'struct':
      case 'union': {
        if (constantSize(schema) !== null) {
          this.#skipParts(schema);
          return;
        }
        const inCycle = this.#inCycles.get(this.#schema)?.has(schema) === true;
        this.#call(`${nameOf(schema)}(view, ${this.#place()}${inCycle ? ', depth + 1' : ''})`);
        return;
      }
      case 'option':
        this.#skipOption(resolve(schema.element));
        return;
      case 'array':
        this.#skipArray(resolve(schema.element), schema.maxLength);
        return;
      default:
        throw new TypeError(
          `found a ${schema.kind} in ${this.#schema.name}, expected a kind that can be skipped`,
        );
    }
  }

  /** Each part of a struct, or the discriminant and the arm of a union that has one case. */
  #skipParts(schema: NamedSchema): void {
    if (schema.kind === 'struct') {
      for (const [, field] of schema.entries) this.#skip(resolve(field));
      return;
    }
    const only = onlyCase(schema);
    if (only === null) throw new TypeError(`found several cases in ${schema.name}, expected one`);
    const place = this.#place();
    this.#add(
      `if (view.getInt32(${place}) !== ${only.discriminant}) throw unknownArm(view, ${place}, '${schema.name}');`,
    );
    this.#ahead += 4;
    this.#skip(only.arm);
  }

  #skipEnum({ name, nameByValue }: Extract<Schema, { kind: 'enum' }>): void {
    const values = [...nameByValue.keys()].toSorted((a, b) => a - b);
    const [first = 0, last = 0] = [values[0], values.at(-1)];
    const place = this.#place();
    if (last - first + 1 === values.length) {
      this.#add(`requireEnum(view, ${place}, ${first}, ${last}, '${name}');`);
    } else {
      const known = values.map((value) => `value !== ${value}`).join(' && ');
      const value = `view.getInt32(${place})`;
      this.#add(`if (${known.replaceAll('value', value)}) throw unknownArm(view, ${place}, '${name}');`);
    }
    this.#ahead += 4;
  }

  #skipOption(element: Schema): void {
    const size = freeSize(element);
    if (size !== null) {
      this.#call(`isPresent(view, ${this.#place()}) ? ${this.#place(4 + size)} : ${this.#place(4)}`);
      return;
    }
    this.#add(`if (isPresent(view, ${this.#place()})) {`);
    const before = this.#ahead;
    this.#ahead += 4;
    this.#skip(element);
    this.#settle();
    this.#add('} else {', `at += ${before + 4};`, '}');
  }

  #skipArray(element: Schema, maxLength: number): void {
    const size = freeSize(element);
    if (size === 0)
      throw new TypeError(`found elements without bytes in ${this.#schema.name}, expected some`);
    const count = `lengthAt(view, ${this.#place()}, ${limit(maxLength)})`;
    if (size !== null) {
      this.#call(`${this.#place(4)} + ${size} * ${count}`);
      return;
    }
    const left = `left${this.#loops === 0 ? '' : this.#loops}`;
    this.#loops++;
    this.#add(`let ${left} = ${count};`);
    this.#ahead += 4;
    this.#settle();
    this.#add(`for (; ${left} > 0; ${left}--) {`);
    this.#skip(element);
    this.#settle();
    this.#add('}');
  }

  /** The place of the next byte, `more` bytes further. */
  #place(more = 0): string {
    const ahead = this.#ahead + more;
    return ahead === 0 ? 'at' : `at + ${ahead}`;
  }

  #call(expression: string): void {
    this.#add(`at = ${expression};`);
    this.#ahead = 0;
  }

  #settle(): void {
    if (this.#ahead > 0) this.#add(`at += ${this.#ahead};`);
    this.#ahead = 0;
  }

  #add(...lines: string[]): void {
    this.#lines.push(...lines);
  }
}

function nameOf({ name }: NamedSchema): string {
  return `skip${name}`;
}

function limit(maxLength: number): string {
  return maxLength === UNBOUNDED_MAX_LENGTH ? 'ANY_LENGTH' : String(maxLength);
}
