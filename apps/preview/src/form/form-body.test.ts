import { expect, test } from 'vitest';
import { parseForm } from './form-body.js';

test('fields are decoded as a browser encodes them', () => {
  expect(parseForm('title=a+b%2B%26&body=%C3%A4%0D%0A=&key=')).toEqual({ title: 'a b+&', body: 'ä\r\n=', key: '' });
  expect(parseForm('')).toEqual({});
});

test.each(['body=%FF', 'body=%', 'body=%ED%A0%80', '%C3=x'])('%s is no UTF-8 and is refused, not repaired', (text) => {
  expect(() => parseForm(text)).toThrow();
});

test('a field that is there twice is refused', () => {
  expect(() => parseForm('title=a&body=&title=b')).toThrow('the field title is there twice');
});

test('refuses more than 16 fields, however many there are', () => {
  const form = (count: number) => Array.from({ length: count }, (_, index) => `f${index}=`).join('&');
  expect(Object.keys(parseForm(form(16)))).toHaveLength(16);
  for (const count of [17, 100_000]) expect(() => parseForm(form(count))).toThrow('at most 16 fields');
});

test('a field with the name of a built-in is a field', () => {
  expect(Object.hasOwn(parseForm('__proto__=x'), '__proto__')).toBe(true);
});
