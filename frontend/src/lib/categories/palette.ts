/**
 * Ten colours for each theme that stay apart for people with and without colour-vision deficiency, and from what they
 * lie on by 3 : 1. Found by farthest-point search in OKLab over simulated protanopia, deuteranopia and tritanopia; a
 * colour's two sides are as near in hue as that allows. palette.test.ts measures the distances again.
 */
export const PALETTE = [
  { light: '#0000a8', dark: '#549cfc' },
  { light: '#fc300c', dark: '#f00c00' },
  { light: '#003000', dark: '#54e400' },
  { light: '#3c90b4', dark: '#78fcfc' },
  { light: '#a8006c', dark: '#cc54a8' },
  { light: '#604818', dark: '#b4a86c' },
  { light: '#9000fc', dark: '#9048fc' },
  { light: '#a86c6c', dark: '#fcd8a8' },
  { light: '#540060', dark: '#fc9ccc' },
  { light: '#3c54b4', dark: '#308454' }
] as const;

/** The shapes of a swatch in a box of 12 by 12: from the eleventh category on, colours come again in another shape. */
export const SHAPES = [
  'M1 3a2 2 0 012-2h6a2 2 0 012 2v6a2 2 0 01-2 2H3a2 2 0 01-2-2z',
  'M6 1a5 5 0 110 10A5 5 0 016 1z',
  'M6 1l5.500 10h-11z',
  'M6 0.500L11.500 6 6 11.500 0.500 6z',
  'M4 1h4v3h3v4H8v3H4V8H1V4h3z',
  'M6 11L0.500 1h11z',
  'M1 4h10v4H1z',
  'M4 1h4v10H4z'
] as const;

/** Returns the CSS colour of the category at `position`, for both themes. It repeats after ten, its shape does not. */
export function categoryColour(position: number): string {
  const { light, dark } = PALETTE[position % PALETTE.length]!;
  return `light-dark(${light}, ${dark})`;
}

/** Returns the shape of the category at `position`, and whether only its outline is drawn: 160 categories differ. */
export function categoryShape(position: number): { path: string; hollow: boolean } {
  const turn = Math.floor(position / PALETTE.length);
  return {
    path: SHAPES[turn % SHAPES.length]!,
    hollow: Math.floor(turn / SHAPES.length) % 2 === 1
  };
}
