import { Text as InkText, type TextProps as InkTextProps, Transform } from 'ink';
import { createContext, type ReactNode, useContext } from 'react';
import type { Colour } from '../theme.ts';

/**
 * Whether the wizard is drawn with styles. Ink would read the environment of the process, which can differ from that of
 * the run.
 */
export const Colored = createContext(true);

type TextProps = Pick<InkTextProps, 'wrap'> & {
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
  readonly color?: Colour;
  readonly children?: ReactNode;
};

/** Draws Ink's text, with styles if the run has colors. */
export function Text({ bold, dimColor, inverse, color, children, ...rest }: TextProps) {
  const colored = useContext(Colored);
  const codes = [
    ...(bold ? [styles.bold] : []),
    ...(dimColor ? [styles.dim] : []),
    ...(color === undefined ? [] : [styles[color]]),
    ...(inverse ? [styles.inverse] : []),
  ];
  if (!colored || codes.length === 0) return <InkText {...rest}>{children}</InkText>;
  return (
    <InkText {...rest}>
      <Transform transform={(line) => codes.reduce(styled, line)}>{children}</Transform>
    </InkText>
  );
}

/** The codes that begin a style and end it: ECMA-48, SELECT GRAPHIC RENDITION. */
type Style = readonly [begin: number, end: number];

const styles = {
  bold: [1, 22],
  dim: [2, 22],
  inverse: [7, 27],
  red: [31, 39],
  green: [32, 39],
  magenta: [35, 39],
} as const satisfies Record<string, Style>;

/** Styles each line separately, because the text left and right of it has its own styles. */
function styled(text: string, [begin, end]: Style): string {
  const lines = text.split('\n').map((line) => `\x1b[${begin}m${line}\x1b[${end}m`);
  return lines.join('\n');
}
