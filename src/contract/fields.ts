import Type from 'typebox';
import { BOUNDS_TEXT } from './instant-bounds.js';

// The fields that bodies of /api/v1 are made of. Every one's description says what it takes: a refusal quotes it.

export const closed = { additionalProperties: false };
/** A closed object with the name that documents and clients know it by. */
export const named = (title: string) => ({ ...closed, title });
export const optional = Type.Optional;
export const nullable = <T extends Type.TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description });

/** No white space at the ends, no control characters, no NUL. */
export const ID_PATTERN = '^[^\\s\\u0000-\\u001f\\u007f](?:[^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f])?$';
export const MAX_ID_LENGTH = 200;

const ID_TEXT = `an id: 1 to ${MAX_ID_LENGTH} characters, no control characters, no blanks at its ends`;
export const Id = Type.String({ minLength: 1, maxLength: MAX_ID_LENGTH, pattern: ID_PATTERN, description: ID_TEXT });
export const NullableId = nullable(Id, `${ID_TEXT}, or null`);

export const line = (max: number) =>
  Type.String({ minLength: 1, maxLength: max, description: `text of 1 to ${max} characters` });

const writtenText = (max: number) => `text of 1 to ${max} characters, not only blanks`;
/** What people write for others to read. */
export const written = (max: number) =>
  Type.String({ minLength: 1, maxLength: max, pattern: '\\S', description: writtenText(max) });
export const writtenOrNull = (max: number) => nullable(written(max), `${writtenText(max)}, or null`);

const EMAIL_PATTERN = '^[^\\s@\\u0000-\\u001f]+@[^\\s@\\u0000-\\u001f]+$';
export const Email = Type.String({ maxLength: 320, pattern: EMAIL_PATTERN, description: 'an e-mail address' });
export const nullableEmail = nullable(Email, 'an e-mail address, or null');

export const INSTANT_TEXT = `an ISO 8601 date-time such as "2026-03-01T14:30:00Z", ${BOUNDS_TEXT}`;
export const Instant = Type.String({ minLength: 10, maxLength: 40, description: INSTANT_TEXT });
