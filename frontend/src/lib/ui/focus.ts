/**
 * Puts the focus on a field as soon as it is shown: on a page whose only purpose is to fill it.
 *
 * The attribute keeps it there: after a navigation the router moves the focus to what has it, or to the page.
 */
export function focusHere(field: HTMLElement): void {
  field.autofocus = true;
  field.focus();
}
