import { describe, expect, it } from 'vitest';
import { categoryColour, PALETTE } from './palette';

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

function smallestDistance(view: Vector[]): number {
  const colours = PALETTE.map((hex) => oklab(apply(view, linear(hex)).map(clamp) as Vector));
  const distances = colours.flatMap((one, index) =>
    colours.slice(index + 1).map((other) => Math.hypot(...one.map((v, axis) => v - other[axis]!)))
  );
  return Math.min(...distances);
}

describe('the category palette', () => {
  it.each(Object.entries(VIEWS))('keeps every two colours apart under %s', (_name, view) => {
    expect(smallestDistance(view)).toBeGreaterThan(0.075);
  });

  it('repeats after ten categories', () => {
    expect(categoryColour(0)).toBe(PALETTE[0]);
    expect(categoryColour(13)).toBe(PALETTE[3]);
  });
});
