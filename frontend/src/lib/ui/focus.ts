/** Puts the focus on a field as soon as it is shown: on a page whose only purpose is to fill it. */
export function focusHere(field: HTMLElement): void {
  field.focus();
}
