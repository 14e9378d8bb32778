import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { categoryColour, categoryShape, PALETTE } from './palette';

type Vector = [number, number, number];

// Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
const VIEWS: Record<string, Vector[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1]
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998]
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881]
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039]
  ]
};

const clamp = (value: number) => Math.min(1, Math.max(0, value));
const apply = (matrix: Vector[], [x, y, z]: Vector) =>
  matrix.map(([a, b, c]) => a * x + b * y + c * z) as Vector;

function linear(hex: string): Vector {
  return [1, 3, 5].map((start) => {
    const value = parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Vector;
}

function oklab(rgb: Vector): Vector {
  const lms = apply(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005]
    ],
    rgb
  ).map(Math.cbrt) as Vector;
  return apply(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766]
    ],
    lms
  );
}

const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

function smallestDistance(theme: Theme, view: Vector[]): number {
  const colours = PALETTE.map((each) =>
    oklab(apply(view, linear(each[theme])).map(clamp) as Vector)
  );
  const distances = colours.flatMap((one, index) =>
    colours.slice(index + 1).map((other) => Math.hypot(...one.map((v, axis) => v - other[axis]!)))
  );
  return Math.min(...distances);
}

const luminance = ([red, green, blue]: Vector) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

/** The luminance of the app's backgrounds; a grey of OKLCH lightness L has L cubed, and these are nearly grey. */
function backgrounds(theme: Theme): number[] {
  const css = readFileSync(new URL('../../app.css', import.meta.url), 'utf8');
  return ['canvas', 'surface', 'sunken', 'accent-soft'].map((name) => {
    const sides = new RegExp(
      `--color-${name}: light-dark\\(oklch\\(([\\d.]+)[^)]*\\), oklch\\(([\\d.]+)`
    );
    return Number(sides.exec(css)![theme === 'light' ? 1 : 2]) ** 3;
  });
}

describe.each(THEMES)('the category palette, %s', (theme) => {
  it.each(Object.entries(VIEWS))('keeps every two colours apart under %s', (_name, view) => {
    expect(smallestDistance(theme, view)).toBeGreaterThan(0.1);
  });

  it('stands out from every background by 3 to 1', () => {
    const contrasts = PALETTE.flatMap((each) => {
      const own = luminance(linear(each[theme]));
      return backgrounds(theme).map(
        (other) => (Math.max(own, other) + 0.05) / (Math.min(own, other) + 0.05)
      );
    });
    expect(Math.min(...contrasts)).toBeGreaterThan(3);
  });
});

describe('the swatches', () => {
  it('differ in colour, shape or filling for 160 categories', () => {
    const looks = Array.from({ length: 160 }, (_, position) =>
      JSON.stringify([categoryColour(position), categoryShape(position)])
    );
    expect(new Set(looks).size).toBe(160);
  });

  it('repeat their colours after ten', () => {
    expect(categoryColour(13)).toBe(categoryColour(3));
  });
});
