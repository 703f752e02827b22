import { seed } from '@stellar-insights/devstack/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csv } from '../src/index.ts';

const SEPARATORS = [',', ';', '\t', '|'];

/** The cells as a program reads them that separates by `separator`: quotes count at the beginning of a cell only. */
function cellsOf(text: string, separator: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  let begins = true;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quoted && char === '"' && text[at + 1] === '"') cell += text[++at] ?? '';
    else if (quoted && char === '"') quoted = false;
    else if (quoted) cell += char;
    else if (char === '\r' && text[at + 1] === '\n') continue;
    else if (begins && char === '"') quoted = true;
    else if (char === separator || char === '\n') {
      rows.at(-1)?.push(cell);
      cell = '';
      if (char === '\n') rows.push([]);
      begins = true;
      continue;
    } else cell += char;
    begins = false;
  }
  return rows.filter((row) => row.length > 0);
}

/** Whether a spreadsheet would run it, perhaps after it has skipped space and quotes. */
function isFormula(cell: string): boolean {
  return (
    /^[\s"'\p{Cc}]*[=+\-@＝＋－＠]/u.test(cell) && !/^[\s"\p{Cc}]*'/u.test(cell) && Number.isNaN(Number(cell))
  );
}

function rowsWith(memo: string): string {
  return csv(
    [{ id: '132379546421837825', memo, count: 7, done: true, none: null }],
    ['id', 'memo', 'count', 'done', 'none'],
  );
}

describe('CSV', () => {
  it('has a header line, and a line for each row', () => {
    expect(csv([{ a: { b: 1 }, c: true }, { c: null }], ['a.b', 'c'])).toBe('a_b,c\r\n1,true\r\n,\r\n');
    expect(csv([], ['a'])).toBe('a\r\n');
    expect(csv([{ value: 1e-7 }], ['value'])).toBe('value\r\n1e-7\r\n');
    expect(csv([{ value: 'two\nlines' }], ['value'])).toBe('value\r\n"two\nlines"\r\n');
  });

  it('has every text in quotes, also ids, and nothing else', () => {
    expect(rowsWith('a "b", c')).toBe(
      'id,memo,count,done,none\r\n"132379546421837825","a ""b"", c",7,true,\r\n',
    );
  });

  it.for([
    ['=1+1', "'=1+1"],
    ['hi;=1+1', "hi;'=1+1"],
    ['\t=cmd', "'\t'=cmd"],
    ['\tx', "'\tx"],
    ['-x', "'-x"],
    ['|@x', "|'@x"],
    ['a\n+1;b', "a\n'+1;b"],
    ['a\r\n-x', "a\r\n'-x"],
    ['hi; "=1+1"', `hi; "'=1+1"`],
    ['hi;;==1', "hi;;'==1"],
    ['\u00A0=1', "\u00A0'=1"],
    ['x,=1', "x,'=1"],
    ['＝1+1', "'＝1+1"],
  ])('has no formula where a cell may begin: %j', ([memo = '', harmless]) => {
    expect(cellsOf(rowsWith(memo), ',')[1]?.[1]).toBe(harmless);
    for (const separator of SEPARATORS) {
      expect(cellsOf(rowsWith(memo), separator).flat().filter(isFormula)).toStrictEqual([]);
    }
  });

  it.for([
    '-1',
    '-5',
    '12.0000000',
    '-0.0000001',
    'a - b',
    '1=1',
    'me@example.com',
    'C++',
    'a "quoted" word',
  ])('leaves alone what is no formula: %j', (memo) => {
    expect(cellsOf(rowsWith(memo), ',')[1]?.[1]).toBe(memo);
  });

  it('gives back every text but for the apostrophes, and a formula to no program, whatever it separates by', () => {
    const piece = fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      ';',
      '|',
      ',',
      '\t',
      '\n',
      '\r',
      '"',
      "'",
      ' ',
      'a',
      '1',
      '\u2028',
    );
    const texts = fc.oneof(
      fc.array(piece).map((parts) => parts.join('')),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(texts, (memo) => {
        const text = rowsWith(memo);
        const cell = cellsOf(text, ',')[1]?.[1] ?? '';
        expect(cell.replaceAll("'", '')).toBe(memo.replaceAll("'", ''));
        for (const separator of SEPARATORS)
          expect(cellsOf(text, separator).flat().filter(isFormula)).toStrictEqual([]);
      }),
      { seed: seed() },
    );
  });
});
