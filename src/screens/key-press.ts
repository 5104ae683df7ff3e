/** A key, by its meaning. Pasted text is one `paste`, whatever it contains. */
export type KeyPress =
  | {
      readonly key:
        | 'up'
        | 'down'
        | 'left'
        | 'right'
        | 'pageUp'
        | 'pageDown'
        | 'home'
        | 'end'
        | 'enter'
        | 'escape'
        | 'backspace'
        | 'tab';
    }
  | { readonly key: 'ctrl-c' | 'ctrl-z' }
  | { readonly key: 'text' | 'paste'; readonly text: string };
