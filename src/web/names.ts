interface Named {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
}

/** A person's name, or their address if they have none; '' if they have neither. */
export function nameOf({ firstName, lastName, email }: Named): string {
  return `${firstName ?? ''} ${lastName ?? ''}`.trim() || (email ?? '');
}

/** The names of a call's speakers, by number. */
export function speakerNames(
  speakers: readonly (Named & { readonly speakerNumber: number })[],
): ReadonlyMap<number, string> {
  return new Map(
    speakers.map((speaker) => [speaker.speakerNumber, nameOf(speaker) || `Speaker ${speaker.speakerNumber + 1}`]),
  );
}

const collator = new Intl.Collator();

/** Orders named things as people of the reader's language do. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return collator.compare(a.name, b.name);
}
