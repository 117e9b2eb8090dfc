/** A page loads nothing from other hosts, runs only our files, sends no form, and is in no frame. */
const STRICT = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** The Content-Security-Policy of a page, with the directives that it has of its own. */
export function pagePolicy(own: Readonly<Record<string, string>> = {}): string {
  return Object.entries({ ...STRICT, ...own })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}
