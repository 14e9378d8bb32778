/** Takes the focus off a button in `within`, a selector: it keeps it after a click, and the next Space would press it again. */
export function letGoOfFocus(within: string): void {
  const active = document.activeElement;
  if (active instanceof HTMLElement && active.closest(within)) active.blur();
}
