import { randomUUID } from 'node:crypto';
import { invalid } from '../../errors.js';
import type { Mail } from './mailer.js';

// Writes mails as messages of RFC 5322.

/** A dot-atom and a host name: no quotes, commas or brackets that could hide a second address. */
const PLAIN_ADDRESS =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/;
const ADDRESS_TEXT = 'an address of ASCII letters, digits and common signs, such as ann@example.com';

/** A line of base64: at most 76 characters (RFC 2045 §6.8). */
const LINE = /.{1,76}/g;
/** The most bytes of text in an encoded word of 75 characters (RFC 2047 §2). */
const WORD_BYTES = 45;

/**
 * Returns an address that can be mailed to.
 * @throws AppError `invalid` for any other.
 */
export function plainAddress(field: string, address: string): string {
  if (!PLAIN_ADDRESS.test(address) || address.length > 254) throw invalid(field, 'cannot be mailed to', ADDRESS_TEXT);
  return address;
}

/**
 * Writes a mail as a mail program takes it, with this machine's line ends. `now` is in microseconds.
 * @throws AppError `invalid` if the subject or an address could end a header or name another recipient.
 */
export function writeMessage({ to, subject, text }: Mail, from: string | null, now: number): string {
  const headers = [
    ...(from === null ? [] : [`From: ${from}`]),
    `To: ${plainAddress('to', to)}`,
    `Subject: ${headerText('subject', subject)}`,
    `Date: ${new Date(now / 1000).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${randomUUID()}@debrief.invalid>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    'Auto-Submitted: auto-generated',
  ];
  // In base64 no line is a lone dot, which some programs take for the end of the message.
  const body = Buffer.from(text.replaceAll(/\r?\n/g, '\r\n')).toString('base64').match(LINE) ?? [];
  return [...headers, '', ...body, ''].join('\n');
}

function headerText(field: string, text: string): string {
  if (/[\u0000-\u001f\u007f]/.test(text)) throw invalid(field, 'has control characters', 'one line of text');
  if (/^[\x20-\x7e]{0,900}$/.test(text) && !text.includes('=?')) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > WORD_BYTES) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  words.push(word);
  return words.map((each) => `=?utf-8?B?${Buffer.from(each).toString('base64')}?=`).join('\n ');
}
