import { describe, expect, it } from 'vitest';
import { curve, layOut, NODE } from './layout.ts';

const edges = (...words: readonly string[]) => words.map((word) => ({ from: word.split('>')[0] ?? '', to: word.split('>')[1] ?? '' }));

describe('layOut', () => {
  it('puts each service right of all of its callers', () => {
    const { places } = layOut(
      ['postgres', 'core', 'web', 'preview', 'gateway'],
      edges('gateway>preview', 'preview>web', 'web>core', 'core>postgres', 'preview>core'),
    );
    const columns = ['gateway', 'preview', 'web', 'core', 'postgres'].map((name) => places.get(name)?.x ?? 0);
    expect(columns).toEqual(columns.toSorted((a, b) => a - b));
    expect(new Set(columns).size).toBe(5);
  });

  it('places every service of a cycle, and of one that calls itself', () => {
    const { places } = layOut(['a', 'b', 'c'], edges('a>b', 'b>c', 'c>a', 'b>b'));
    expect(places.size).toBe(3);
  });

  it('places one service, and none', () => {
    expect(layOut(['web'], []).places.get('web')).toBeDefined();
    expect(layOut([], []).places.size).toBe(0);
  });

  it('places 200 services without an overlap, in less than a second', () => {
    const names = Array.from({ length: 200 }, (_, index) => `s${index}`);
    const calls = names.slice(1).map((to, index) => ({ from: `s${Math.floor(index / 3)}`, to }));
    const startedAt = performance.now();
    const { places, height } = layOut(names, calls);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    const all = [...places.values()];
    const overlaps = all.filter((a, index) => all.slice(0, index).some((b) => a.x === b.x && Math.abs(a.y - b.y) < NODE.height));
    expect(overlaps).toEqual([]);
    expect(Math.max(...all.map(({ y }) => y)) + NODE.height / 2).toBeLessThanOrEqual(height);
  });

  it('draws callees near to their callers: two chains do not cross', () => {
    const { places } = layOut(['a', 'b', 'd', 'c'], edges('a>c', 'b>d'));
    const y = (name: string) => places.get(name)?.y ?? 0;
    expect(Math.sign(y('a') - y('b'))).toBe(Math.sign(y('c') - y('d')));
  });
});

it('a call that goes back is drawn below both services', () => {
  expect(curve({ x: 400, y: 50 }, { x: 100, y: 50 })).toContain(`C400,${50 + NODE.height}`);
});
