import { describe, expect, it } from 'vitest';
import { type Colour, colours } from '../../src/screens/theme.ts';

type Rgb = readonly [red: number, green: number, blue: number];
type Palette = Readonly<Record<Colour, Rgb>> & { readonly grounds: readonly Rgb[] };

const [white, black] = [
  [255, 255, 255],
  [0, 0, 0],
] as const;

/** The colours of common terminals, each with its usual backgrounds. */
const palettes: Readonly<Record<string, Palette>> = {
  'the console of Linux': {
    red: [170, 0, 0],
    green: [0, 170, 0],
    magenta: [170, 0, 170],
    grounds: [white, black],
  },
  'Terminal of macOS': { red: [153, 0, 0], green: [0, 166, 0], magenta: [178, 0, 178], grounds: [white] },
  'GNOME Terminal': {
    red: [192, 28, 40],
    green: [38, 162, 105],
    magenta: [163, 71, 186],
    grounds: [white, [23, 20, 33]],
  },
  'Windows Terminal': { red: [197, 15, 31], green: [19, 161, 14], magenta: [136, 23, 152], grounds: [white] },
};

/** Contrast of two colours as WCAG 2.2 defines it, from 1 to 21. */
function contrast(one: Rgb, other: Rgb): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The lowest contrast in use: red on black in the Linux console. A symbol and a word show the state as well. */
const enough = 2.6;

describe.each(Object.entries(palettes))('in %s', (_, palette) => {
  it.each(colours)('%s is readable on its backgrounds', (colour) => {
    for (const ground of palette.grounds) expect(contrast(palette[colour], ground)).toBeGreaterThan(enough);
  });
});

it('yellow and cyan of xterm are unreadable on white, so no state has them', () => {
  expect(contrast([205, 205, 0], white)).toBeLessThan(enough);
  expect(contrast([0, 205, 205], white)).toBeLessThan(enough);
});
