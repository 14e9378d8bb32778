/** Returns the category names in typed or pasted text: one a line, or separated by commas, tabs or semicolons. */
export function categoryNames(text: string): string[] {
  const names = text.split(/[\n\r,;\t]+/).map((name) => name.trim());
  return [...new Set(names.filter(Boolean))];
}
