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

  it('for spreadsheets begins with a byte order mark and has digits as text, but amounts as numbers', () => {
    const row = {
      id: '132379546421837825',
      memo: { text: '007' },
      fixed: '12.5000000',
      fixed_stroops: '125000000',
      note: '1.10',
      rate: 0.25,
      done: true,
      type: 'payment',
      word: 'TRUE',
      none: null,
      hash: `1${'0'.repeat(62)}e5`,
    };
    const columns = ['id', 'memo.text', ...Object.keys(row).filter((name) => !['id', 'memo'].includes(name))];
    const [head, line] = csv([row], columns, 'excel').split('\r\n');
    expect(head).toBe(`\uFEFF${columns.join(',').replace('.', '_')}`);
    expect(cellsOf(`${line}\n`, ',')[0]).toStrictEqual([
      '="132379546421837825"',
      '="007"',
      '12.5000000',
      '="125000000"',
      '="1.10"',
      '0.25',
      'true',
      'payment',
      '="TRUE"',
      '',
      `="1${'0'.repeat(62)}e5"`,
    ]);
  });

  it.for(['1/2', 'MAR1', '5 May', '10:30', '1,000', '5 %', '-7', '+1', '(5)', '٣', "'1", 'é1'])(
    'for spreadsheets has %j as text',
    (memo) => {
      const text = csv([{ memo, next: 'x' }], ['memo', 'next'], 'excel');
      expect(cellsOf(text, ',')[1]).toStrictEqual([`="${memo}"`, 'x']);
    },
  );

  it.for(['=1', '1;=1', '1"&A1&"', '|1', '\t1', '@1', '1\n=2', '9'.repeat(256)])(
    'for spreadsheets has %j as in any CSV',
    (memo) => {
      expect(csv([{ memo }], ['memo'], 'excel')).toBe(`\uFEFF${csv([{ memo }], ['memo'])}`);
    },
  );

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
        const opened = csv([{ memo, next: 1 }], ['memo', 'next'], 'excel').slice(1);
        const [shown = '', next] = cellsOf(opened, ',')[1] ?? [];
        const content = /^="([^"=@;|]*)"$/.exec(shown)?.[1];
        expect([(content ?? shown).replaceAll("'", ''), next]).toStrictEqual([memo.replaceAll("'", ''), '1']);
        expect(content === undefined && isFormula(shown)).toBe(false);
      }),
      { seed: seed() },
    );
  });
});
