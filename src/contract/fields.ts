import Type from 'typebox';
import { BOUNDS_TEXT } from './instant-bounds.js';

// The fields of bodies of /api/v1. Each one's description says what it takes: errors quote it.

/** Options of an object that refuses unknown fields. */
export const closed = { additionalProperties: false };
/** Options of an object that refuses unknown fields, with its name in documents and clients. */
export const named = (title: string) => ({ ...closed, title });
/** A field that may be left out. */
export const optional = Type.Optional;
/** A field that may be null. `description` says so. */
export const nullable = <T extends Type.TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description });

/** No white space at the ends, no control characters. */
export const ID_PATTERN = '^[^\\s\\u0000-\\u001f\\u007f](?:[^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f])?$';
/** The most characters of an id. */
export const MAX_ID_LENGTH = 200;

const ID_TEXT = `an id: 1 to ${MAX_ID_LENGTH} characters, no control characters, no blanks at its ends`;
/** An id, chosen by whoever creates the thing. */
export const Id = Type.String({ minLength: 1, maxLength: MAX_ID_LENGTH, pattern: ID_PATTERN, description: ID_TEXT });
/** An id, or null. */
export const NullableId = nullable(Id, `${ID_TEXT}, or null`);

/** A text of 1 to `max` characters. */
export const line = (max: number) =>
  Type.String({ minLength: 1, maxLength: max, description: `text of 1 to ${max} characters` });

const writtenText = (max: number) => `text of 1 to ${max} characters, not only blanks`;
/** A text of 1 to `max` characters for people to read: not only blanks. */
export const written = (max: number) =>
  Type.String({ minLength: 1, maxLength: max, pattern: '\\S', description: writtenText(max) });
/** A text for people to read, or null. */
export const writtenOrNull = (max: number) => nullable(written(max), `${writtenText(max)}, or null`);

const EMAIL_PATTERN = '^[^\\s@\\u0000-\\u001f]+@[^\\s@\\u0000-\\u001f]+$';
/** An e-mail address. */
export const Email = Type.String({ maxLength: 320, pattern: EMAIL_PATTERN, description: 'an e-mail address' });
/** An e-mail address, or null. */
export const nullableEmail = nullable(Email, 'an e-mail address, or null');

export const INSTANT_TEXT = `an ISO 8601 date-time such as "2026-03-01T14:30:00Z", ${BOUNDS_TEXT}`;
export const Instant = Type.String({ minLength: 10, maxLength: 40, description: INSTANT_TEXT });

export const TIME_ZONE_TEXT = 'an IANA time zone such as America/New_York';
export const TimeZone = Type.String({ minLength: 1, maxLength: 100, description: TIME_ZONE_TEXT });
