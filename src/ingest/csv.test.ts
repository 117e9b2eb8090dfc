import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCsv, separatorOf } from './csv.js';

const read = (text: string) => [...readCsv(text)];
const fine = (line: number, ...fields: string[]) => ({ line, fields, problem: null });

test.each<[string, string, ReturnType<typeof fine>[]]>([
  ['nothing', '', []],
  ['a line without its end', 'a,b', [fine(1, 'a', 'b')]],
  ['every line end', 'a\r\nb\nc\rd\r\n', [fine(1, 'a'), fine(2, 'b'), fine(3, 'c'), fine(4, 'd')]],
  ['empty lines', '\r\n\na\n\n\nb\n', [fine(3, 'a'), fine(6, 'b')]],
  ['empty fields', ',\na,,\n', [fine(1, '', ''), fine(2, 'a', '', '')]],
  ['an empty field in quotes is no empty line', '""\n', [fine(1, '')]],
  ['quotes', '"a,b","c ""d""",""\n', [fine(1, 'a,b', 'c "d"', '')]],
  ['line ends in quotes', '"a\r\nb\nc",d\ne', [fine(1, 'a\r\nb\nc', 'd'), fine(4, 'e')]],
  ['blanks are kept', ' a , b\n', [fine(1, ' a ', ' b')]],
])('%s', (_, text, records) => {
  expect(read(text)).toEqual(records);
});

test('a record with wrong quotes has a problem, and the next line is read anew', () => {
  const problems = (text: string) => read(text).map(({ line, problem }) => [line, problem]);
  expect(problems('a"b,c\nd\n')).toEqual([
    [1, 'has a quote inside field 1, which is not quoted'],
    [2, null],
  ]);
  expect(problems('a,"b"c\r\nd\n')).toEqual([
    [1, 'has text behind the closing quote of field 2'],
    [2, null],
  ]);
  expect(problems('a\n"b\nc\n')).toEqual([
    [1, null],
    [2, 'has a quote, opened in line 2, that is never closed'],
  ]);
  expect(problems('"a\nb","c\n')).toEqual([[1, 'has a quote, opened in line 2, that is never closed']]);
});

test('semicolons separate where they are told to', () => {
  const records = [...readCsv('a;b,c;"d;e"\n;\n', ';')];
  expect(records).toEqual([fine(1, 'a', 'b,c', 'd;e'), fine(2, '', '')]);
  expect([...readCsv('sep=;\r\na;b\n', ';')]).toEqual([fine(2, 'a', 'b')]);
});

test.each([
  ['a,b,c\n1;2,3;4\n', ','],
  ['a;b;c\n1,2;3,4\n', ';'],
  ['\n\n;;\na;b\n', ';'],
  ['a\n1;2\n', ';'],
  ['a', ','],
  ['', ','],
  ['sep=,\na;b\n', ','],
  ['SEP=;\r\na,b\n', ';'],
])('%j is separated by %s', (text, separator) => {
  expect(separatorOf(text)).toBe(separator);
});

test('what is written by the rules is read back', () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', ';') });
  const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
  fc.assert(
    fc.property(table, fc.constantFrom('\r\n', '\n'), fc.constantFrom(',', ';'), (rows, end, separator) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const text = rows.map((row) => row.map(quoted).join(separator) + end).join('');
      expect([...readCsv(text, separator)].map(({ fields }) => fields)).toEqual(rows);
    }),
  );
});
