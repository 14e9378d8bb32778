/** Returns what two names have in common that differ in case, width, composition or spaces only. */
export const nameKey = (name: string): string =>
  name.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');

/** Returns the category names in typed or pasted text: one a line, or separated by commas, tabs or semicolons.
 * Names that differ in case or composition only are one. */
export function categoryNames(text: string): string[] {
  const names = text.split(/[\n\r,;\t]+/).map((name) => name.trim());
  const byKey = new Map<string, string>();
  for (const name of names.filter(Boolean)) {
    const key = nameKey(name);
    if (!byKey.has(key)) byKey.set(key, name.normalize('NFC'));
  }
  return [...byKey.values()];
}
