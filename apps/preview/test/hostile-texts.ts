/** Builds a text of exactly `bytes` bytes. */
type Shape = (bytes: number) => string;

/** Repeats `unit` and cuts the result to size. */
const repeated =
  (unit: string): Shape =>
  (bytes) =>
    cut(unit.repeat(Math.ceil(bytes / Buffer.byteLength(unit))), bytes);

/** Puts `start` once in front of the repeated `unit`. */
const after =
  (start: string, unit: string): Shape =>
  (bytes) =>
    start + repeated(unit)(bytes - Buffer.byteLength(start));

/** Joins what `part` returns for 0, 1, 2 … until the text has its size. */
const counted =
  (part: (index: number) => string): Shape =>
  (bytes) => {
    const parts: string[] = [];
    for (let index = 0, size = 0; size < bytes; index++) {
      const next = part(index);
      parts.push(next);
      size += Buffer.byteLength(next);
    }
    return cut(parts.join(''), bytes);
  };

/** The longest well-formed text within `bytes` bytes; ASCII stands for what the cut takes away. */
function cut(text: string, bytes: number): string {
  const whole = new TextDecoder('utf-8').decode(Buffer.from(text).subarray(0, bytes)).replace(/\uFFFD$/, '');
  return whole + 'x'.repeat(bytes - Buffer.byteLength(whole));
}

const indent = (index: number, period: number) => ' '.repeat((index % period) * 2);

/** Markdown that costs a renderer far more than its size suggests, by name. */
export const HOSTILE_TEXTS: Readonly<Record<string, Shape>> = {
  'lazy lines after 99 quotes': after(`${'> '.repeat(99)}a\n`, 'a\n'),
  'lazy lines after 20 quotes': after(`${'> '.repeat(20)}a\n`, 'a\n'),
  'lazy lines after 8 quotes': after(`${'> '.repeat(8)}a\n`, 'a\n'),
  'lazy lines after a list of 50 levels': after(`${'- '.repeat(50)}a\n`, 'a\n'),
  'lines of 200 quotes': repeated(`${'>'.repeat(200)} a\n`),
  'quotes that grow deeper': counted((index) => `${'>'.repeat(index % 100)} a\n`),
  'quotes in lists in quotes': repeated(`${'> - '.repeat(30)}a\n`),
  'quotes between list items': repeated('> a\n- b\n'),
  'empty quotes': repeated('>\n'),
  'one list of 300 levels, again and again': counted((index) => `${indent(index, 300)}- x\n`),
  'a list item of many lists': repeated('- '),
  'numbered lists': repeated('1. '),
  'list items': repeated('- a\n'),
  'loose list items': repeated('- a\n\n'),
  'lists that change their marker': repeated('- a\n+ a\n* a\n'),
  'empty list items': repeated('*\n'),
  headings: repeated('# h\n'),
  'empty headings': repeated('#\n'),
  'one heading': repeated('# '),
  'underlined headings': repeated('a\n-\n'),
  'underlines without end': after('a\n', '=\n= \n'),
  rules: repeated('---\n'),
  'a rule without end': repeated('- - '),
  tabs: repeated('\t'),
  'tabs and quotes': repeated('>\t'),
  'tabs and text': repeated('a\t'),
  'blank lines': repeated('\n'),
  'line ends of every kind': repeated('a\r\nb\rc\n\r'),
  'lines of one letter': repeated('a\n'),
  'one long line': repeated('a'),
  'words of one letter': repeated('a '),
  spaces: repeated(' '),
  'hard line breaks': repeated('a  \n'),
  'backslashes at line ends': repeated('a\\\n'),
  'links to FTP': repeated('ftp://a.co/'),
  'links without a scheme': repeated('//a.co/'),
  'HTTP links in one word': repeated('http://a.co/'),
  'HTTP links in words': repeated('http://a.co/ '),
  'HTTP links without a host': repeated('http://'),
  'HTTP links in quotation marks': repeated('"http://a.co/"'),
  'an HTTP link with open parentheses': after('http://a.co/', '(a'),
  'an HTTP link with nested parentheses': after('http://a.co/', '(((((a)'),
  'HTTP links with a long host': repeated('http://a.b.c.d.e.f.g.h.i.j.k.l.m '),
  'HTTP links with a host of dashes': repeated('http://a-'),
  'scheme names': repeated('http:'),
  'mail schemes': repeated('mailto:'),
  'mail schemes with addresses': repeated('mailto:a@b.co'),
  'mail addresses in one word': repeated('a@a'),
  'mail addresses': repeated('a@b.co '),
  'mail addresses with dots': repeated('a.@b.co'),
  'mail hosts without end': after('a@', 'a.'),
  'www hosts': repeated('www.www.'),
  autolinks: repeated('<http://a> '),
  'open autolinks': repeated('<http://'),
  'open mail autolinks': repeated('<a@a'),
  images: repeated('![a](b)'),
  'images with an allowed address': repeated('![a](http://b/)'),
  'images in images': repeated('![a'),
  'nested images': after('![a'.repeat(1000), '](http://b/)'),
  'images in links': repeated('[![alt](https://a.example/)](https://b.example/) '),
  links: repeated('[a](http://b) '),
  'open links': repeated('[a](<b'),
  'open link addresses': repeated('[a](b'),
  'link addresses of parentheses': after('[a](', '('),
  'link titles without end': repeated('[a](b "'),
  'open brackets': repeated('['),
  'closing brackets': repeated(']('),
  'bracket pairs': repeated('[]'),
  'nested brackets': (bytes) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2),
  'open brackets and letters': repeated('[a'),
  'open brackets, backslashes': repeated('[\\'),
  references: after('[a]: http://b\n\n', '[a] '),
  'references to a long address': after(`[a]: http://b/${'x'.repeat(1000)}\n\n`, '[a] '),
  'images of a long address': after(`[a]: http://b/${'x'.repeat(1000)}\n\n`, '![a] '),
  'references without a definition': repeated('[a][b]'),
  'reference definitions': counted((index) => `[${index}]: http://b\n`),
  'reference definitions in one paragraph': repeated('[a]: b '),
  'reference titles without end': repeated('[a]: b "\n'),
  'long reference titles': after('[a]: b "', 'a\n'),
  'reference labels without end': repeated('[a\n'),
  footnotes: counted((index) => `[^${index}] `),
  'footnote definitions': repeated('[^1]: a\n'),
  'emphasis that opens': repeated('*a '),
  'emphasis that closes': repeated('a* '),
  'emphasis of two kinds': repeated('*a _b '),
  'emphasis in one word': repeated('*a_'),
  'emphasis of three markers': repeated('a***b**c*'),
  'nested emphasis': (bytes) => cut(`${'*a **a '.repeat(bytes / 14)}${'b** b*'.repeat(bytes / 12)}`, bytes),
  underscores: repeated('_'),
  stars: repeated('*'),
  'stars and letters': repeated('**a'),
  'struck text that opens': repeated('~~a '),
  'tildes in one word': repeated('~~~a~'),
  'code spans of growing length': counted((index) => `\`${'`'.repeat(index % 500)}a `),
  'code spans of ever growing length': counted((index) => `${'`'.repeat(index + 1)}a`),
  'one code span': repeated('`a'),
  'code spans': repeated('`a` '),
  backticks: repeated('`'),
  fences: repeated('```\n'),
  'open fences of growing length': counted((index) => `${'`'.repeat(3 + (index % 200))}\na\n`),
  'fences of tildes': repeated('~~~ js\na\n'),
  'fences of known code': repeated('```js\nlet a = "b" // c\n```\n'),
  'fences of XML': repeated(`\`\`\`xml\n${'<a b="'.repeat(40)}\n\`\`\`\n`),
  'fences of every language': counted(
    (index) =>
      `\`\`\`${['ts', 'go', 'sql', 'yaml', 'css', 'rust', 'java', 'bash', 'python', 'json'][index % 10]}\n${'({["'.repeat(60)}\n\`\`\`\n`,
  ),
  'a block of code without end': after('```ts\n', 'a.b('),
  'words of code': repeated(`\`\`\`ts\n${'a'.repeat(15 * 1024)}\n\`\`\`\n`),
  'blank lines of code': repeated(`\`\`\`protobuf\n${'\n'.repeat(799)}\`\`\`\n`),
  'letters of code': repeated(`\`\`\`java\n${'a\n'.repeat(799)}\`\`\`\n`),
  'slashes of code': repeated(`\`\`\`bash\n${`${'/a%'.repeat(90)}\n`.repeat(50)}\`\`\`\n`),
  'indented code': repeated('    a\n'),
  'indented code and blank lines': repeated('    a\n\n'),
  tags: repeated('<a'),
  'tags with attributes': repeated('<a b="c" '),
  comments: repeated('<!--'),
  'comment ends': after('<!--', '--'),
  'processing instructions': repeated('<?'),
  'CDATA sections': repeated('<![CDATA['),
  'less-than signs': repeated('<'),
  'characters to escape': repeated('&<>"'),
  ampersands: repeated('&'),
  entities: repeated('&#x1F600;'),
  'named entities': repeated('&amp;'),
  'open entities': repeated('&aaaaaaaaaaaaaaaaaaaaaaaaaaaaa'),
  'table cells': after('|a|b|\n|-|-|\n', '|x|y|\n'),
  'a table with many columns': (bytes) => {
    const columns = Math.floor(Math.sqrt(bytes) / 4);
    return after(`${'|a'.repeat(columns)}|\n${'|-'.repeat(columns)}|\n`, '|\n')(bytes);
  },
  'a table row without end': after('|a|b|\n|-|-|\n', '|x'),
  'a table head without end': (bytes) => cut(`${'|a'.repeat(bytes / 4)}|\n${'|-'.repeat(bytes / 4)}|\n`, bytes),
  'table heads': repeated('|a|\n|-|\n\n'),
  'table heads without a blank line': repeated('a|b\n-|-\n'),
  'table cells of backticks': after('|a|b|\n|-|-|\n', '|`|\\|'),
  backslashes: repeated('\\'),
  'escaped characters': repeated('\\*'),
  'quotation marks': repeated(`"'`),
  'quotation marks and letters': repeated(`"a 'b `),
  'dots and dashes': repeated('... -- --- (c) '),
  'right-to-left letters': repeated('אבג دهو '),
  'direction overrides': repeated('\u202ea\u202c'),
  'combining marks': after('a', '\u0301'),
  emoji: repeated('👩‍👩‍👧‍👦'),
  'replacement characters': repeated('\ufffd'),
  'control characters': repeated('\u0001\u0007\u001b'),
  'line separators': repeated('a\u2028b\u2029'),
};
