import { resolveMesh } from '@mesh-platform/mesh';
import { expect, test } from 'vitest';
import { requireSamples, withoutMarked } from './samples.ts';

/** In pieces: this file is not marked itself. */
const [begin, end, line] = [['#region', 'samples'], ['#endregion', 'samples'], ['<!--', 'sample', '-->']].map((words) => words.join(' ')); // biome-ignore format: pairs

test('removes marked text and its marks, and nothing else', () => {
  expect(withoutMarked(`a\n  // ${begin}\n  b\n  // ${end}\nc\n`)).toBe('a\nc\n');
  expect(withoutMarked(`# ${begin}\nb\n# ${end}\na\n<!-- ${begin} -->\nb\n<!-- ${end} -->\n`)).toBe('a\n');
  expect(withoutMarked(`| a |\n| b | ${line}\n| c |\n`)).toBe('| a |\n| c |\n');
  expect(withoutMarked(`// ${begin}\n// #endregion other\nb\n`)).toBe(`// ${begin}\n// #endregion other\nb\n`);
});

test('rejects a checkout where samples are missing or other services were added', () => {
  const mesh = (...names: string[]) =>
    resolveMesh({
      name: 'shop',
      namespace: 'shop',
      services: Object.fromEntries(names.map((name) => [name, { protocol: 'http', port: 8080, versions: ['v1'] }])),
    });
  expect(() => requireSamples(mesh('preview', 'web', 'core'))).not.toThrow();
  expect(() => requireSamples(mesh('preview', 'web'))).toThrow('there is no core: the samples are not here, or not whole');
  expect(() => requireSamples(mesh('preview', 'web', 'core', 'mine'))).toThrow('there are services in addition to the samples: mine');
});
