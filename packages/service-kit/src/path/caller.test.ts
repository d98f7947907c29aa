import { expect, test } from 'vitest';
import { callerOf } from './caller.js';

const WEB = 'spiffe://cluster.local/ns/platform/sa/web';
const EVIL = 'spiffe://cluster.local/ns/platform/sa/admin';
const own = `By=spiffe://cluster.local/ns/platform/sa/core;Hash=ab12;Subject="";URI=${WEB}`;

test('the caller is the URI of the element', () => {
  expect(callerOf(own)).toBe(WEB);
});

test('there is no caller where no sidecar wrote the header', () => {
  expect(callerOf(undefined)).toBeNull();
  expect(callerOf('')).toBeNull();
  expect(callerOf('By=a;Hash=b;URI=')).toBeNull();
});

test.each([
  ['a plain element', `By=x;URI=${EVIL},${own}`],
  ['a quoted comma', `Subject="C=a,URI=${EVIL}",${own}`],
  ['a quote left open', `URI=${EVIL};Subject=",${own}`],
  ['a quote left open behind a backslash', `URI=${EVIL};Subject="\\,${own}`],
  ['a comma at the end', `URI=${EVIL},,${own}`],
])('an earlier element that a caller forged with %s does not count', (_, header) => {
  expect(callerOf(header)).toBe(WEB);
});

test('a comma, a semicolon and an escaped quote inside a quoted field do not end it', () => {
  expect(callerOf(`Hash=ab;Subject="O=a, \\"b\\";URI=${EVIL},x";URI=${WEB}`)).toBe(WEB);
});

test('a quoted URI loses its quotes and the name of the field may have any case', () => {
  expect(callerOf(`Hash=ab;uri="${WEB}"`)).toBe(WEB);
});

test('a last element without a URI names no caller, whatever the elements before it', () => {
  expect(callerOf(`URI=${EVIL},By=x;Hash=ab`)).toBeNull();
});
