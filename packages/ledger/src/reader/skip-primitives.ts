/*
 * What the generated code is made of. A read beyond the end of the bytes is a RangeError of the DataView; a jump beyond
 * the end is found by the next read, or by whoever compares the last place with the length.
 */

/** The bytes are not what this reader knows, or are nested too deeply for it. Another reader may know more. */
export class RefusedBytesError extends Error {
  override readonly name = 'RefusedBytesError';
  readonly code: 'unknown_arm' | 'invalid_bytes' | 'nested_too_deeply' | 'inconsistent';
  readonly retryable = false;

  constructor(code: RefusedBytesError['code'], found: string, expected: string) {
    super(`found ${found}, expected ${expected}; read these bytes with the Stellar SDK`);
    this.code = code;
  }
}

export const ANY_LENGTH = 0xffff_ffff;

/**
 * Levels of schemas that hold themselves. The reader of the SDK may go down 3,000 levels. It counts at most four for one of
 * these, and at most two such schemas are around each other, so it refuses nothing that is accepted here.
 */
const MAX_DEPTH = 200;

export function requireDepth(depth: number, type: string): void {
  if (depth <= MAX_DEPTH) return;
  throw new RefusedBytesError('nested_too_deeply', `more than ${MAX_DEPTH} levels of ${type}`, 'fewer');
}

/** The length of an array or an opaque value. One that is larger than what is left leads beyond the end. */
export function lengthAt(view: DataView, at: number, most: number): number {
  const length = view.getUint32(at);
  if (length > most) {
    throw new RefusedBytesError('invalid_bytes', `a length of ${length} at byte ${at}`, `at most ${most}`);
  }
  return length;
}

/** The place after an opaque value of any length up to `most`, and its padding. */
export function skipOpaque(view: DataView, at: number, most: number): number {
  return skipPadded(view, at + 4, lengthAt(view, at, most));
}

/** The place after `length` bytes and their padding, which must be zero. */
function skipPadded(view: DataView, at: number, length: number): number {
  const padding = -length & 3;
  const end = at + length + padding;
  // The last word has the padding in its lower bytes.
  if (padding > 0 && (view.getInt32(end - 4) & ((1 << (padding * 8)) - 1)) !== 0) {
    throw new RefusedBytesError('invalid_bytes', `padding that is not zero before byte ${end}`, 'zero');
  }
  return end;
}

/** The place after an array of values of any length. */
export function skipList(view: DataView, at: number, skip: (view: DataView, at: number) => number): number {
  let left = view.getUint32(at);
  at += 4;
  for (; left > 0; left--) at = skip(view, at);
  return at;
}

/** Whether an optional value is there. */
export function isPresent(view: DataView, at: number): boolean {
  const flag = view.getUint32(at);
  if (flag > 1) throw new RefusedBytesError('invalid_bytes', `${flag} at byte ${at}`, '0 or 1');
  return flag === 1;
}

export function requireBool(view: DataView, at: number): void {
  isPresent(view, at);
}

/** The only value that a discriminant can have. */
export function requireZero(view: DataView, at: number, type: string): void {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, type);
}

export function requireEnum(view: DataView, at: number, first: number, last: number, type: string): void {
  const value = view.getInt32(at);
  if (value < first || value > last) throw unknownArm(view, at, type);
}

export function unknownArm(view: DataView, at: number, type: string): RefusedBytesError {
  return new RefusedBytesError(
    'unknown_arm',
    `${view.getInt32(at)} at byte ${at}`,
    `a known value of ${type}`,
  );
}
