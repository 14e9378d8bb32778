/**
 * Lets the keyboard reach what is wider than its place, under the name `label`, and nothing that is not.
 *
 * A region that scrolls but cannot be focused shows its right end to a mouse or a finger alone.
 */
export const scrollable = (label: string) => (node: HTMLElement) => {
  const look = () => {
    if (node.scrollWidth > node.clientWidth) {
      node.tabIndex = 0;
      node.setAttribute('role', 'region');
      node.setAttribute('aria-label', label);
    } else {
      for (const name of ['tabindex', 'role', 'aria-label']) node.removeAttribute(name);
    }
  };
  const sizes = new ResizeObserver(look);
  for (const element of [node, ...node.children]) sizes.observe(element);
  return () => sizes.disconnect();
};
