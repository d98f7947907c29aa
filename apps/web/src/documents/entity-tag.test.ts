import { expect, test } from 'vitest';
import { entityTag, expectedRevisions, isKnown } from './entity-tag.js';

test('the tag of a revision is the revision in quotation marks', () => {
  expect(entityTag(7)).toBe('"7"');
});

test('without If-Match nothing is expected', () => {
  expect(expectedRevisions(undefined)).toBeUndefined();
});

test.each([
  ['"7"', [7]],
  [' "7"\t', [7]],
  ['"1", "2","3"', [1, 2, 3]],
  [',"1",, "2" ,', [1, 2]],
  ['"2147483647"', [2_147_483_647]],
  ['*', []],
  [' * ', []],
])('If-Match %j allows %j', (header, revisions) => {
  expect(expectedRevisions(header)).toEqual(revisions);
});

test.each(['W/"1"', '"01"', '"+1"', '"1.0"', '"!1"', '""', '"x"', '"0"', '"-1"', '"2147483648"', '"99999999999"', '"é"'])(
  'If-Match %j is a tag that no document has',
  (header) => {
    expect(expectedRevisions(header)).toEqual([0]);
  },
);

test('a weak tag next to a strong one is ignored', () => {
  expect(expectedRevisions('W/"1", "2"')).toEqual([0, 2]);
});

test.each(['', ' ', ',', '1', 'w/"1"', 'W/1', '"1', '1"', '"1" "2"', '"1"; "2"', '*, "1"', '"1", *', '**', '"a b"', '"\u0001"', "'1'"])(
  'If-Match %j is malformed',
  (header) => {
    const errors = [{ field: 'If-Match', message: 'must be an entity tag in quotation marks, a list of them, or *' }];
    expect(() => expectedRevisions(header)).toThrow(expect.objectContaining({ status: 400, errors }));
  },
);

test.each(['"7"', 'W/"7"', '"1", W/"7"', '*'])('If-None-Match %j names revision 7', (header) => {
  expect(isKnown(header, 7)).toBe(true);
});

test.each([undefined, '', '7', '"1"', 'W/"70"', '"07"', '"7', '*, "7"'])('If-None-Match %j does not name revision 7', (header) => {
  expect(isKnown(header, 7)).toBe(false);
});

test('a header of any length is read in a time that grows no faster than it', () => {
  const startedAt = performance.now();
  for (const part of [' ', ',', ', ', '"', 'W/', '"",', '" ']) {
    for (const end of ['', '"', 'x']) isKnown(part.repeat(200_000) + end, 7);
  }
  expect(performance.now() - startedAt).toBeLessThan(15_000); // a square of it takes minutes
}, 60_000);
