// Files that were dropped on another page, on their way to the page that sends them.

let held: readonly File[] = [];

/** Keeps files for the page of uploads. */
export function holdFiles(files: readonly File[]): void {
  held = files;
}

/** The files that were kept, once. */
export function takeHeldFiles(): readonly File[] {
  const taken = held;
  held = [];
  return taken;
}
