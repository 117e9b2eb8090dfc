/** A record of a CSV file. */
export interface CsvRecord {
  /** The line of the record's first character, counted from 1: quoted fields may hold line ends. */
  readonly line: number;
  readonly fields: readonly string[];
  /** What is wrong with its quotes; null if nothing is. */
  readonly problem: string | null;
}

const QUOTE = '"';

/** The character between fields: spreadsheets write semicolons where the comma is the decimal sign. */
export type Separator = ',' | ';';

/** The line that some spreadsheets write above the header to name the separator. */
const DECLARED = /^"?sep=([,;])"?(?:\r\n|\r|\n|$)/i;

/**
 * Splits CSV text (RFC 4180) into its records. Lines end in CRLF, LF or CR; empty ones are left out. A record with
 * wrong quotes has a problem, and reading resumes at the next line; only a quote that is never closed takes the rest of
 * the file with it. A library does not do this: csv-parse 7.0.3 loses all lines after one that has text after a closing
 * quote.
 */
export function* readCsv(text: string, separator: Separator = ','): Generator<CsvRecord> {
  let at = DECLARED.exec(text)?.[0].length ?? 0;
  let line = at === 0 ? 1 : 2;
  while (at < text.length) {
    const record = readRecord(text, separator, at, line);
    if (record.fields.length > 1 || record.fields[0] !== '' || record.problem !== null || record.quoted) {
      yield { line, fields: record.fields, problem: record.problem };
    }
    at = record.end;
    line += record.lines;
  }
}

/**
 * The separator that the file declares, or else the more frequent one in the first line in which their numbers differ.
 */
export function separatorOf(text: string): Separator {
  const declared = DECLARED.exec(text)?.[1];
  if (declared !== undefined) return declared as Separator;
  for (const [line] of text.matchAll(/[^\r\n]+/g)) {
    const [commas, semicolons] = [',', ';'].map((sign) => line.split(sign).length) as [number, number];
    if (commas !== semicolons) return semicolons > commas ? ';' : ',';
  }
  return ',';
}

interface ReadRecord {
  readonly fields: readonly string[];
  readonly problem: string | null;
  /** Whether any field was quoted: `""` alone on a line is an empty field, not an empty line. */
  readonly quoted: boolean;
  /** The place after its line end. */
  readonly end: number;
  /** The number of its line ends, including the last. */
  readonly lines: number;
}

function readRecord(text: string, separator: Separator, start: number, line: number): ReadRecord {
  const ends = `${separator}\r\n`;
  const fields: string[] = [];
  let at = start;
  let lines = 0;
  let quoted = false;
  const ended = (problem: string | null): ReadRecord => {
    const end = endOfLine(text, at);
    return { fields, problem, quoted, end, lines: lines + 1 };
  };
  for (;;) {
    let field: string;
    if (text[at] === QUOTE) {
      quoted = true;
      const close = closingQuote(text, at);
      if (close < 0) {
        at = text.length;
        return ended(`has a quote, opened in line ${line + lines}, that is never closed`);
      }
      field = text.slice(at + 1, close).replaceAll('""', QUOTE);
      lines += countLineEnds(field);
      at = close + 1;
      if (at < text.length && !ends.includes(text[at]!)) {
        return ended(`has text behind the closing quote of field ${fields.length + 1}`);
      }
    } else {
      const from = at;
      while (at < text.length && !ends.includes(text[at]!)) at += 1;
      field = text.slice(from, at);
      if (field.includes(QUOTE)) return ended(`has a quote inside field ${fields.length + 1}, which is not quoted`);
    }
    fields.push(field);
    if (text[at] !== separator) return ended(null);
    at += 1;
  }
}

/** Where the quote that opens at `open` is closed; negative if nowhere. */
function closingQuote(text: string, open: number): number {
  let at = text.indexOf(QUOTE, open + 1);
  while (at >= 0 && text[at + 1] === QUOTE) at = text.indexOf(QUOTE, at + 2);
  return at;
}

function countLineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/** The place after the end of this line. */
function endOfLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '\r' && text[at] !== '\n') at += 1;
  return text[at] === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1;
}
