import { armSchema, freeSize, partsOf, resolve, schemaOf, type Schema } from '../../generate/schema.ts';

/** Levels of nesting from which on only what is short is drawn. */
const DEEP = 14;
const LONGEST = 40;

/** Draws XDR of schemas. Equal seeds draw equal bytes. */
export class DrawnBytes {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** XDR of a random value of the SDK's type. */
  of(type: { readonly schema: unknown }): Buffer {
    return this.value(schemaOf(type.schema as never));
  }

  value(schema: Schema, depth = 0): Buffer {
    switch (schema.kind) {
      case 'void':
        return Buffer.alloc(0);
      case 'int32':
      case 'uint32':
        return int(this.#number());
      case 'int64':
      case 'uint64':
        return this.#opaque(8);
      case 'bool':
        return int(this.below(2));
      case 'enum':
        return int(this.pick([...schema.nameByValue.keys()]));
      case 'opaque':
        return padded(this.#opaque(schema.length));
      case 'varOpaque':
      case 'string': {
        const length = this.below(Math.min(schema.maxLength, LONGEST) + 1);
        return Buffer.concat([int(length), padded(this.#opaque(length))]);
      }
      case 'array': {
        const most = depth > DEEP ? 0 : Math.min(schema.maxLength, 3);
        return this.array(schema.element, this.below(most + 1), depth);
      }
      case 'fixedArray':
        return this.#list(schema.element, schema.length, depth);
      case 'option': {
        const isPresent = depth <= DEEP && this.below(2) === 1;
        return isPresent ? Buffer.concat([int(1), this.value(resolve(schema.element), depth + 1)]) : int(0);
      }
      case 'struct':
        return Buffer.concat(partsOf(schema).map((field) => this.value(field, depth + 1)));
      case 'union': {
        const free = schema.cases.filter(({ arm }) => freeSize(armSchema(arm)) !== null);
        const { discriminant, arm } = this.pick(depth > DEEP && free.length > 0 ? free : schema.cases);
        return Buffer.concat([int(discriminant), this.value(armSchema(arm), depth + 1)]);
      }
      case 'lazy':
        return this.value(resolve(schema), depth);
    }
  }

  /** An array of so many random values. */
  array(element: Schema, length: number, depth = 0): Buffer {
    return Buffer.concat([int(length), this.#list(element, length, depth)]);
  }

  /** From 0 up to `limit`, without it. */
  below(limit: number): number {
    return Math.floor(this.#fraction() * limit);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  #list(element: Schema, length: number, depth: number): Buffer {
    return Buffer.concat(Array.from({ length }, () => this.value(resolve(element), depth + 1)));
  }

  /** Small numbers and whole words. */
  #number(): number {
    return this.below(2) === 0 ? this.below(4) : Math.floor(this.#fraction() * 2 ** 32);
  }

  /** Some are all zero, so that they recur. */
  #opaque(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    if (this.below(4) > 0) for (let at = 0; at < length; at++) bytes[at] = this.below(256);
    return bytes;
  }

  /** Mulberry32. */
  #fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

export function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
