import { randomUUID } from 'node:crypto';
import { invalid } from '../../errors.js';
import type { Mail } from './mailer.js';

// RFC 5322 messages.

/** A dot-atom and a host name: no quotes, commas or brackets, in which a second address could hide. */
const PLAIN_ADDRESS =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/;
const ADDRESS_TEXT = 'an address of ASCII letters, digits and common signs, such as ann@example.com';

/** A line of the body may be 998 bytes, an encoded one is 76 characters (RFC 2045 §6.8). */
const LINE = /.{1,76}/g;
/** The most bytes of text that fit an encoded word of 75 characters (RFC 2047 §2). */
const WORD_BYTES = 45;

export function plainAddress(field: string, address: string): string {
  if (!PLAIN_ADDRESS.test(address) || address.length > 254) throw invalid(field, 'cannot be mailed to', ADDRESS_TEXT);
  return address;
}

/** The message as a mail program takes it, in the lines of this machine; refuses what could end a header or name another recipient.
 * `now` is in microseconds. */
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
  // In base64 no line is a lone dot, which some programs take for the end.
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
