/** A key, by what it means. Pasted text comes as one `paste`, whatever stands in it. */
export type KeyPress =
  | {
      readonly key:
        | 'up'
        | 'down'
        | 'left'
        | 'right'
        | 'pageUp'
        | 'pageDown'
        | 'enter'
        | 'escape'
        | 'backspace'
        | 'tab';
    }
  | { readonly key: 'ctrl-c' | 'ctrl-z' }
  | { readonly key: 'text' | 'paste'; readonly text: string };

/** The same of a text of several lines: they stay, and nothing else that a terminal would obey. */
export function manyLines(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/(?!\n)\p{Cc}+/gu, ' ');
}

/** What is pasted may hold line ends and control characters; a field takes neither. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
