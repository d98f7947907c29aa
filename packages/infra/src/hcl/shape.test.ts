import { expect, it } from 'vitest';
import { blank } from './blank.ts';
import { shapeOf } from './shape.ts';

const source = `# resource "a" "b" {
resource "aws_x" "y" {
  count = 2 /* } */
  name  = "a-\${var.b}-}" // {
  list = [
    "c", # ]
    { d = "e" },
  ]
  text = <<-EOT
    not { a block
  EOT
  inner {
    f = "\\"}"
  }
}
`;

it('distinguishes blocks and attributes, with their lines, for any content of texts and comments', () => {
  const [block] = shapeOf(source);
  expect(block).toMatchObject({ kind: 'block', name: 'resource', labels: ['aws_x', 'y'], line: 2 });
  expect(block?.kind === 'block' && block.body.map(({ kind, name, line }) => `${line} ${kind} ${name}`)).toEqual([
    '3 attribute count',
    '4 attribute name',
    '5 attribute list',
    '9 attribute text',
    '12 block inner',
  ]);
});

it('what is blanked keeps its length and lines, and the code inside of texts', () => {
  const code = blank(source);
  expect(code.length).toBe(source.length);
  expect(code.split('\n').length).toBe(source.split('\n').length);
  expect(code).toContain('(var.b)');
  expect(code).not.toContain('not { a block');
});
