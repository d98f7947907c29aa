import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { stateOf, titleOf, WriteChecker } from '../src/documents/write-checker.ts';
import { underLoad } from '../src/wire/steady-load.ts';

const first = { id: '1', title: titleOf('key', 0), revision: 1 };
const second = { ...first, title: titleOf('key', 1), revision: 2 };

function checkerOf(...writes: readonly (readonly [state: Parameters<WriteChecker['note']>[1], acknowledged: boolean])[]): WriteChecker {
  const checker = new WriteChecker();
  for (const [state, acknowledged] of writes) checker.note('key', state, acknowledged);
  return checker;
}

describe('a checker of writes', () => {
  it('is content where each acknowledged write is there at its latest revision, or absent, and looks at no other documents', () => {
    const others = [{ id: '9', title: 'of another client', revision: 7 }];
    expect(checkerOf([stateOf(first), true]).violations([first, ...others])).toEqual([]);
    expect(checkerOf([stateOf(first), true], [stateOf(second), true]).violations([second, ...others])).toEqual([]);
    expect(checkerOf([stateOf(first), true], ['absent', true]).violations(others)).toEqual([]);
  });

  it('finds a lost create, a lost change, an undone change, an undone deletion, and a duplicate', () => {
    expect(checkerOf([stateOf(first), true]).violations([])).toEqual(['key is absent, and should be 1 key edit 0']);
    expect(checkerOf([stateOf(first), true], [stateOf(second), true]).violations([first])).toHaveLength(1);
    expect(checkerOf([stateOf(first), true]).violations([second])).toHaveLength(1);
    expect(checkerOf([stateOf(first), true], ['absent', true]).violations([first])).toHaveLength(1);
    expect(checkerOf([stateOf(first), true]).violations([first, { ...first, id: '2' }])).toEqual(['key is there 2 times']);
  });

  it('allows both outcomes of a write that was not acknowledged, and no third one', () => {
    const create = checkerOf([stateOf(first), false]);
    expect([create.violations([]), create.violations([first])]).toEqual([[], []]);
    expect(create.violations([second])).toHaveLength(1);
    const change = checkerOf([stateOf(first), true], [stateOf(second), false]);
    expect([change.violations([first]), change.violations([second])]).toEqual([[], []]);
    expect(change.violations([])).toHaveLength(1);
  });

  it('checks a create against its acknowledgement, also where an earlier try got none', () => {
    const checker = checkerOf([stateOf(first), false], [stateOf(first), true]);
    expect(checker.violations([first])).toEqual([]);
    expect(checker.violations([])).toHaveLength(1);
  });
});

describe('a steady load', () => {
  const load = { perSecond: 100, atMost: 20 };

  it('keeps its pace while answers are slow, ends with the work, and gives every result', async () => {
    const results = await underLoad(
      load,
      async (index) => {
        await pause(100);
        return index;
      },
      () => pause(500),
    );
    expect(results).toEqual(results.map((_, index) => index));
    expect(results.length).toBeGreaterThan(20); // one after the other there would be five
    expect(results.length).toBeLessThanOrEqual(60);
  });

  it('fails where more requests wait than may, and where the work fails', async () => {
    await expect(
      underLoad(
        load,
        () => pause(2000),
        () => pause(1000),
      ),
    ).rejects.toThrow('20 requests waited for an answer at once');
    await expect(
      underLoad(
        load,
        async () => {},
        () => Promise.reject(new Error('no rollout')),
      ),
    ).rejects.toThrow('no rollout');
  });
});
