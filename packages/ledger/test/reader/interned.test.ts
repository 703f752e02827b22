import { expect, it } from 'vitest';
import { Interned } from '../../src/reader/interned.ts';

it('a text is spelled once for equal bytes; a table that is full spells again, and is never wrong', () => {
  let spelled = 0;
  const table = new Interned<string>(8, 64, (bytes) => {
    spelled++;
    return bytes.toString('hex');
  });
  const bytes = Buffer.alloc(8 * 200);
  for (let key = 0; key < 200; key++) bytes.writeUInt32BE(key, key * 8 + 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textOf = (key: number) => table.at(view, bytes, key * 8);

  for (let round = 0; round < 3; round++) {
    for (let key = 0; key < 64; key++) expect(textOf(key)).toBe(bytes.toString('hex', key * 8, key * 8 + 8));
  }
  expect(spelled).toBe(64);
  for (let key = 0; key < 200; key++) expect(textOf(key)).toBe(bytes.toString('hex', key * 8, key * 8 + 8));
  for (let key = 0; key < 64; key++) expect(textOf(key)).toBe(bytes.toString('hex', key * 8, key * 8 + 8));
  expect(spelled).toBeGreaterThan(200);
});
