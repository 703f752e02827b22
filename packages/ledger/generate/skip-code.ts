import { UNBOUNDED_MAX_LENGTH } from '@stellar/js-xdr';
import { cycles, namedSchemas } from './recursion.ts';
import {
  armSchema,
  constantSize,
  freeSize,
  isNamed,
  onlyCase,
  partsOf,
  resolve,
  type NamedSchema,
  type Schema,
} from './schema.ts';

/**
 * TypeScript of a function for each of `roots`, which is exported, and of those that these need. A struct or a union that is in
 * one place only is skipped in that place, as far as it can be.
 */
export function skipCode(roots: readonly NamedSchema[]): string {
  const schemas = namedSchemas(roots);
  const inCycles = cycles(schemas);
  const uses = schemas.flatMap((schema) => partsOf(schema).flatMap(namedIn));
  const inlined = new Set(
    schemas.filter(
      (schema) =>
        !roots.includes(schema) &&
        !inCycles.has(schema) &&
        uses.filter((used) => used === schema).length === 1,
    ),
  );
  const functions = schemas.map((schema) => ({
    name: nameOf(schema),
    code: new FunctionWriter(schema, { inCycles, inlined }).write(roots.includes(schema)),
  }));
  return needed(functions, roots.map(nameOf)).join('\n');
}

/** The schema itself if it is named; else those that it is made of. */
function namedIn(schema: Schema): Schema[] {
  return isNamed(schema) ? [schema] : partsOf(schema).flatMap(namedIn);
}

/** The code of the functions with these names, and of all that they call. */
function needed(
  functions: readonly { readonly name: string; readonly code: string }[],
  names: readonly string[],
): string[] {
  const found = new Set(names);
  for (const name of found) {
    const code = functions.find((written) => written.name === name)?.code ?? '';
    for (const [called] of code.matchAll(/\bskip\w+/g)) found.add(called);
  }
  return functions.filter(({ name }) => found.has(name)).map(({ code }) => code);
}

interface Places {
  readonly inCycles: ReadonlyMap<Schema, ReadonlySet<Schema>>;
  /** Those that are in one place only. */
  readonly inlined: ReadonlySet<Schema>;
}

/**
 * Writes the function of one schema. Bytes that need no look are added up in `#ahead` until some do. Values of a constant size
 * are checked where they are, so that their bytes are added up too.
 */
class FunctionWriter {
  readonly #schema: NamedSchema;
  readonly #places: Places;
  readonly #lines: string[] = [];
  #ahead = 0;
  #loops = 0;
  /** The call that is the last line, of a schema that can be skipped in its place if nothing follows. */
  #last: { readonly schema: NamedSchema; readonly ahead: number } | null = null;

  constructor(schema: NamedSchema, places: Places) {
    this.#schema = schema;
    this.#places = places;
  }

  write(isExported: boolean): string {
    const isRecursive = this.#places.inCycles.has(this.#schema);
    const parameters = `view: DataView, at: number${isRecursive ? ', depth = 0' : ''}`;
    this.#add(
      `${isExported ? 'export ' : ''}function ${nameOf(this.#schema)}(${parameters}): number {`,
      ...(isRecursive ? [`requireDepth(depth, '${this.#schema.name}');`] : []),
    );
    this.#finish(this.#schema);
    this.#add('}', '');
    return this.#lines.join('\n');
  }

  /** Skips a value, and returns. */
  #finish(schema: NamedSchema): void {
    if (schema.kind === 'struct') {
      this.#skipParts(schema);
      this.#return();
    } else {
      this.#skipUnion(schema);
    }
  }

  #skipUnion({ name, switchOn, cases, defaultArm }: Extract<NamedSchema, { kind: 'union' }>): void {
    const read = switchOn.kind === 'uint32' ? 'getUint32' : 'getInt32';
    const place = this.#place();
    this.#add(`switch (view.${read}(${place})) {`);
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
    this.#add('default:', `throw unknownArm(view, ${place}, '${name}');`, '}');
  }

  /** The statements that skip the arm of a union and return. */
  #branch(schema: Schema): string {
    const writer = new FunctionWriter(this.#schema, this.#places);
    writer.#ahead = this.#ahead + 4;
    writer.#loops = this.#loops;
    writer.#skip(schema);
    writer.#return();
    return writer.#lines.join('\n');
  }

  /** A call that is the last step returns its result at once. */
  #return(): void {
    if (this.#last !== null && this.#ahead === 0) {
      const { schema, ahead } = this.#last;
      this.#lines.pop();
      this.#ahead = ahead;
      this.#finish(schema);
      return;
    }
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
        const isInlined = this.#places.inlined.has(schema);
        if (
          constantSize(schema) !== null ||
          (isInlined && (schema.kind === 'struct' || onlyCase(schema) !== null))
        ) {
          this.#skipParts(schema);
          return;
        }
        const inCycle = this.#places.inCycles.get(this.#schema)?.has(schema) === true;
        const ahead = this.#ahead;
        this.#call(`${nameOf(schema)}(view, ${this.#place()}${inCycle ? ', depth + 1' : ''})`);
        if (isInlined) this.#last = { schema, ahead };
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
      only.discriminant === 0
        ? `requireZero(view, ${place}, '${schema.name}');`
        : `if (view.getInt32(${place}) !== ${only.discriminant}) throw unknownArm(view, ${place}, '${schema.name}');`,
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
    this.#last = null;
    this.#lines.push(...lines);
  }
}

function nameOf({ name }: NamedSchema): string {
  return `skip${name}`;
}

function limit(maxLength: number): string {
  return maxLength === UNBOUNDED_MAX_LENGTH ? 'ANY_LENGTH' : String(maxLength);
}
