import Type, { type Static } from 'typebox';

/** The body of every error: an RFC 9457 problem document. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'about:blank: the status says which kind' }),
    title: Type.String({ description: "the status's name" }),
    status: Type.Integer(),
    detail: Type.String({ description: 'what is wrong, for a person' }),
    parameter: Type.Optional(Type.String({ description: 'the parameter or field at fault' })),
    allowed: Type.Optional(Type.String({ description: 'what that parameter or field takes' })),
    conflicts: Type.Optional(
      Type.Array(
        Type.Object({
          kind: Type.String({ description: 'a noun of /api/v1, such as results' }),
          ids: Type.Array(Type.String()),
        }),
        { description: 'what prevents it: each entry lists things that conflict with each other' },
      ),
    ),
  },
  { title: 'Problem', description: 'An RFC 9457 problem document (application/problem+json).' },
);
export type Problem = Readonly<Static<typeof Problem>>;
