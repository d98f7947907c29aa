import { describe, expect, it } from 'vitest';
import { baseUrlOf, differences, numberOf, readWeights } from './settings.ts';

describe('settings of a load test', () => {
  it('have defaults, and take a variable in their place', () => {
    expect(baseUrlOf({})).toBe('http://127.0.0.1:30080');
    expect(baseUrlOf({ BASE_URL: 'http://127.0.0.1:30081/' })).toBe('http://127.0.0.1:30081');
    expect([numberOf({}, 'RATE', 5), numberOf({ RATE: '7' }, 'RATE', 5)]).toEqual([5, 7]);
  });

  it.each(['0', '-1', 'many', 'Infinity'])('refuse RATE=%s by its name', (RATE) => {
    expect(() => numberOf({ RATE }, 'RATE', 5)).toThrow('RATE must be a number above 0');
  });

  it('read the weights of several services', () => {
    expect(readWeights('WEIGHTS', 'preview=v1:80,v2:20;web=v1:100')).toEqual({ preview: { v1: 80, v2: 20 }, web: { v1: 100 } });
  });

  it.each(['', 'preview', 'preview=v1', 'preview=v1:80', 'preview=v1:80,v2:30', 'preview=v1:x'])(
    "refuse WEIGHTS='%s' by its name",
    (text) => {
      expect(() => readWeights('WEIGHTS', text)).toThrow('WEIGHTS');
    },
  );
});

describe('a running VirtualService', () => {
  const expected = { preview: { v1: 80, v2: 20 } };

  it('that is as expected gives no message, and one that differs gives one', () => {
    expect(differences(expected, { preview: { v1: 80, v2: 20 } })).toEqual([]);
    expect(differences(expected, { preview: { v1: 77, v2: 23 } })).toEqual([
      'the running VirtualService gives preview v1=77 v2=23, and v1=80 v2=20 is expected',
    ]);
    expect(differences(expected, { preview: { v1: 100 } })).toHaveLength(1);
  });
});
