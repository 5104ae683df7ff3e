import type { MicromarkToken, Rule } from 'markdownlint';
import { lint } from 'markdownlint/promise';
import { expect, test } from 'vitest';
import { blocks, code, escapeText, list, table } from '../../src/documents/markdown.ts';

const hostile = [
  '# of labels, see https://example.com/a_b*c?d=e&f=(g).',
  '## two',
  '- a dash, and\n- another',
  '+ plus',
  '* star *emphasis* **strong** _this_ __that__ snake_case a__b _',
  '> quoted',
  '1. first',
  '12) twelfth',
  '---',
  '***',
  '===',
  '`code` and ``more`` and one ` alone',
  '```sh\nrm -rf\n```',
  '~~~\nfence\n~~~',
  '<b>bold</b> <!-- comment --> <script>',
  'a < b > c, x<y',
  '| a | b |\n| --- | --- |\n| 1 | 2 |',
  '[text](https://example.com) [ref][x] ![picture](a.png) [^1]',
  '(text)[reversed]',
  '[x]: https://example.com "title"',
  'mail to ada.l+x@example.co.uk, or www.example.com/path_x!',
  'HTTP://EXAMPLE.COM/ (see https://example.com/x), "https://example.com/y"; <https://example.com/z>',
  'C:\\path\\* and a last \\',
  '&amp; &lt; &#35; AT&T',
  '$a_b$ costs $5',
  ':::note',
  'see :note[x]{y} and ::thing at 10:30',
  '~~gone~~ ~x~',
  '    indented\tby tabs   and   more',
  '#hash',
  'line one  \nline two\\\nline three\r\n\r\n# line four',
  'ends with a colon:',
  '*Note*',
];

/**
 * Returns what the parser made of a text: the text of each paragraph, and everything that is not plain text. Directives
 * (`:name`) are not part of GitHub's Markdown, so they count as text.
 */
async function read(text: string) {
  const found = { texts: [] as string[], marked: [] as string[] };
  const plain =
    /^(data|characterEscape\w*|autolink\w*|escapeMarker|lineEnding\w*|table\w*|paragraph|whitespace|content|directive\w*)$/;
  const rule: Rule = {
    names: ['reading'],
    description: 'reads',
    tags: ['read'],
    parser: 'micromark',
    function: ({ parsers }) => {
      const walk = (token: MicromarkToken): string => {
        if (!plain.test(token.type)) found.marked.push(`${token.type}: ${token.text}`);
        if (token.type === 'characterEscape') return token.text.slice(1);
        if (token.type === 'autolink') return token.text.slice(1, -1);
        return token.children.length === 0 ? token.text : token.children.map(walk).join('');
      };
      const visit = (token: MicromarkToken) => {
        if (token.type === 'paragraph') found.texts.push(walk(token));
        else if (/^(atx|setext)Heading|^list|^blockQuote|^html|^code|Fenced|Break$/.test(token.type))
          found.marked.push(`${token.type}: ${token.text}`);
        token.children.forEach(visit);
      };
      for (const token of parsers.micromark.tokens) visit(token);
    },
  };
  await lint({ strings: { text }, customRules: [rule], config: { default: false, reading: true } });
  return found;
}

const config = { default: true, MD013: false };

test.each(hostile)('any comment is displayed unchanged: %j', async (comment) => {
  const { texts, marked } = await read(`${escapeText(comment)}\n`);
  expect(texts).toEqual([comment.replaceAll(/\s+/g, ' ').trim()]);
  expect(marked).toEqual([]);
});

test('hostile comments in paragraphs, tables and lists pass the linter', async () => {
  const text = blocks(
    '# Comments',
    ...hostile.map(escapeText),
    table(
      ['Name', 'Comment'],
      hostile.map((one) => [code(one), escapeText(one)]),
    ),
    list(hostile.map((one) => `${code(one)}: ${escapeText(one)}`)),
  );
  expect((await lint({ strings: { text: `${text}\n` }, config })).text).toEqual([]);
});
