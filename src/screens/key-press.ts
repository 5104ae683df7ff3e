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
