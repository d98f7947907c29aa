import type { Cluster } from '@mesh-platform/kubernetes';
import type { Environment } from '@mesh-platform/mesh';
import { describe, expect, it } from 'vitest';
import { type Check, check, type Scene, type Stage } from './check.ts';
import { isFault, runChecks } from './run-checks.ts';

const settingOf = (signal = new AbortController().signal) => ({
  cluster: {} as Cluster,
  gatewayUrl: 'http://127.0.0.1:1',
  environment: {} as Environment,
  path: '/path',
  signal,
});

const checkOf = (name: string, show: Scene['show'], needs: readonly string[] = []): Check => ({
  ...{ name, title: name, needs },
  cast: () => ({ does: `does ${name}`, show }),
});
const withoutParticipants = (name: string, needs: readonly string[] = []): Check => ({
  ...checkOf(name, passing, needs),
  cast: () => ({ missing: 'no service has two versions' }),
});
const passing: Scene['show'] = async () => ({ passes: true, lines: ['seen'] });
const resultsOf = async (...checks: readonly Check[]) =>
  (await runChecks(checks, settingOf())).map(({ name, result, lines }) => `${name} ${result}: ${lines.join(', ')}`);

describe('checks', () => {
  it('pass by their evidence, and a check that throws fails, with the message and its cause', async () => {
    const throwing: Scene['show'] = () => Promise.reject(new Error('no answer', { cause: new Error('refused') }));
    expect(
      await resultsOf(
        checkOf('a', passing),
        checkOf('b', async () => ({ passes: false, lines: [] })),
        checkOf('c', throwing),
      ),
    ).toEqual(['a passes: seen', 'b fails: ', 'c fails: no answer, refused']);
  });

  it('are not shown where what they need fails, nor what needs those', async () => {
    const failing: Scene['show'] = async () => ({ passes: false, lines: [] });
    expect(
      await resultsOf(checkOf('a', failing), checkOf('b', passing, ['a']), checkOf('c', passing, ['b']), checkOf('d', passing)),
    ).toEqual(['a fails: ', 'b not shown: not shown (needs a)', 'c not shown: not shown (needs b)', 'd passes: seen']);
  });

  it('are shown where what they need was not asked for', async () => {
    expect(await resultsOf(checkOf('b', passing, ['a']))).toEqual(['b passes: seen']);
  });

  it('are arranged, acted and judged in this order, with what came before', async () => {
    const parts = check({
      name: 'a',
      title: 'a',
      participants: ({ path }) => ({ asked: path }),
      does: ({ asked }) => `asks for ${asked}`,
      arrange: async (_stage, { asked }) => asked.length,
      act: async (_stage, arranged, { asked }) => `${asked} ${arranged}`,
      evidence: (seen, { asked }, { path }) => ({ passes: asked === path, lines: [seen] }),
    });
    expect(await runChecks([parts], settingOf())).toMatchObject([{ result: 'passes', does: 'asks for /path', lines: ['/path 5'] }]);
  });
});

describe('a check for which the topology has no participants', () => {
  it('is neither shown nor failed and names the missing participant, as does a check that needs it', async () => {
    expect(
      await resultsOf(withoutParticipants('a'), checkOf('b', passing, ['a']), checkOf('c', passing, ['b']), checkOf('d', passing)),
    ).toEqual([
      'a no participants: not shown: no service has two versions',
      'b no participants: not shown (needs a, for which there are no participants)',
      'c no participants: not shown (needs b, for which there are no participants)',
      'd passes: seen',
    ]);
  });

  it('is no fault, as one is that fails or needs what fails', async () => {
    const failing = checkOf('b', async () => ({ passes: false, lines: [] }));
    const outcomes = await runChecks([withoutParticipants('a'), failing, checkOf('c', passing, ['b']), checkOf('d', passing)], settingOf());
    expect(outcomes.filter(isFault).map(({ name }) => name)).toEqual(['b', 'c']);
  });

  it('does nothing, and a check that fails counts for more', async () => {
    const failing: Scene['show'] = async () => ({ passes: false, lines: [] });
    expect((await runChecks([withoutParticipants('a')], settingOf()))[0]).not.toHaveProperty('does');
    expect(await resultsOf(checkOf('a', failing), withoutParticipants('b', ['a']))).toEqual([
      'a fails: ',
      'b not shown: not shown (needs a)',
    ]);
  });
});

describe('what a check changed', () => {
  const order: string[] = [];
  const changing = async ({ cleanup }: Stage) => {
    cleanup(async () => void order.push('first'));
    cleanup(async () => void order.push('second'));
  };

  it('is undone, the last change first, also where the check fails', async () => {
    order.length = 0;
    const show: Scene['show'] = async (stage) => {
      await changing(stage);
      throw new Error('broken');
    };
    expect(await resultsOf(checkOf('a', show))).toEqual(['a fails: broken']);
    expect(order).toEqual(['second', 'first']);
  });

  it('is undone when the user interrupts, before the interruption is thrown, and no other check begins', async () => {
    order.length = 0;
    const interrupted = new AbortController();
    const show: Scene['show'] = async (stage) => {
      await changing(stage);
      interrupted.abort(new Error('enough'));
      return { passes: true, lines: [] };
    };
    const begun: string[] = [];
    const run = runChecks([checkOf('a', show), checkOf('b', passing)], settingOf(interrupted.signal), {
      begins: ({ name }) => begun.push(name),
    });
    await expect(run).rejects.toThrow('enough');
    expect([order, begun]).toEqual([['second', 'first'], ['a']]);
  });

  it('that cannot be undone is reported and fails the check; the rest is undone all the same', async () => {
    order.length = 0;
    const show: Scene['show'] = async ({ cleanup }) => {
      cleanup(async () => void order.push('first'));
      cleanup(() => Promise.reject(new Error('the API server is unavailable')));
      return { passes: true, lines: [] };
    };
    expect(await resultsOf(checkOf('a', show))).toEqual(['a fails: left behind: the API server is unavailable']);
    expect(order).toEqual(['first']);
  });
});
