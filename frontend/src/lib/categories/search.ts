/** Returns the words of a name in lower case, without accents; underscores, hyphens and signs part words. */
export function wordsOf(name: string): string[] {
  const plain = name.normalize('NFKD').replace(/\p{M}+/gu, '');
  const parted = plain.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
  return parted.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

const joined = (words: string[]) => words.join('');

function isSubsequence(text: string, name: string): boolean {
  let found = 0;
  for (const character of name) if (character === text[found]) found++;
  return found === text.length;
}

/** Whether `text` is what the words begin with, in their order, words left out: "ambull" of american pit bull. */
function beginsWords(text: string, words: string[]): boolean {
  const reached = new Set([0]);
  for (const word of words) {
    for (const start of [...reached]) {
      for (let length = 0; length < word.length && text[start + length] === word[length]; length++)
        reached.add(start + length + 1);
    }
  }
  return reached.has(text.length);
}

/** Whether a beginning of `name` becomes `text` by one slip: a letter more, less, another, or two in the wrong order. */
function isMistyped(text: string, name: string): boolean {
  let same = 0;
  while (same < text.length && text[same] === name[same]) same++;
  const [typed, meant] = [text.slice(same), name.slice(same)];
  return (
    meant.startsWith(typed.slice(1)) ||
    meant.slice(1).startsWith(typed) ||
    meant.slice(1).startsWith(typed.slice(1)) ||
    (typed[0] === meant[1] && typed[1] === meant[0] && meant.slice(2).startsWith(typed.slice(2)))
  );
}

/**
 * Returns how well `text` finds a name: 0 is best, null is not at all.
 *
 * 0 the whole name, 1 its beginning, 2 its initials, 3 beginnings of its words, 4 a part of it, 5 its letters in
 * order, 6 (from three letters on) its beginning with one slip. Accents, case and what parts words make no difference.
 */
export function searchRank(text: string, name: string): number | null {
  const typed = joined(wordsOf(text));
  if (typed === '') return text.trim() === '' ? 1 : null;
  const words = wordsOf(name);
  const whole = joined(words);
  if (whole === typed) return 0;
  if (whole.startsWith(typed)) return 1;
  if (words.length > 1 && joined(words.map((word) => word[0]!)).startsWith(typed)) return 2;
  if (beginsWords(typed, words)) return 3;
  if (whole.includes(typed)) return 4;
  if (isSubsequence(typed, whole)) return 5;
  return typed.length >= 3 && isMistyped(typed, whole) ? 6 : null;
}
