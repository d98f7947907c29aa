import type { Cluster } from '@mesh-platform/kubernetes';
import type { Environment } from '@mesh-platform/mesh';
import { describe, expect, it } from 'vitest';
import { type Claim, claim, type Scene, type Stage } from './claim.ts';
import { isFault, runClaims } from './run-claims.ts';

const settingOf = (signal = new AbortController().signal) => ({
  cluster: {} as Cluster,
  gatewayUrl: 'http://127.0.0.1:1',
  environment: {} as Environment,
  path: '/path',
  signal,
});

const claimOf = (name: string, show: Scene['show'], needs: readonly string[] = []): Claim => ({
  ...{ name, title: name, needs },
  cast: () => ({ does: `does ${name}`, show }),
});
const castless = (name: string, needs: readonly string[] = []): Claim => ({
  ...claimOf(name, holding, needs),
  cast: () => ({ missing: 'no service has two versions' }),
});
const holding: Scene['show'] = async () => ({ holds: true, lines: ['seen'] });
const resultsOf = async (...claims: readonly Claim[]) =>
  (await runClaims(claims, settingOf())).map(({ name, result, lines }) => `${name} ${result}: ${lines.join(', ')}`);

describe('claims', () => {
  it('hold where their evidence says so, and what throws does not hold, with its words and their cause', async () => {
    const throwing: Scene['show'] = () => Promise.reject(new Error('no answer', { cause: new Error('refused') }));
    expect(
      await resultsOf(
        claimOf('a', holding),
        claimOf('b', async () => ({ holds: false, lines: [] })),
        claimOf('c', throwing),
      ),
    ).toEqual(['a holds: seen', 'b fails: ', 'c fails: no answer, refused']);
  });

  it('are not shown where what they need does not hold, nor what needs those', async () => {
    const failing: Scene['show'] = async () => ({ holds: false, lines: [] });
    expect(
      await resultsOf(claimOf('a', failing), claimOf('b', holding, ['a']), claimOf('c', holding, ['b']), claimOf('d', holding)),
    ).toEqual(['a fails: ', 'b not shown: not shown (needs a)', 'c not shown: not shown (needs b)', 'd holds: seen']);
  });

  it('are shown where what they need was not asked for', async () => {
    expect(await resultsOf(claimOf('b', holding, ['a']))).toEqual(['b holds: seen']);
  });

  it('are arranged, acted and judged in this order, with what came before', async () => {
    const parts = claim({
      name: 'a',
      title: 'a',
      actors: ({ path }) => ({ asked: path }),
      does: ({ asked }) => `asks for ${asked}`,
      arrange: async (_stage, { asked }) => asked.length,
      act: async (_stage, arranged, { asked }) => `${asked} ${arranged}`,
      evidence: (seen, { asked }, { path }) => ({ holds: asked === path, lines: [seen] }),
    });
    expect(await runClaims([parts], settingOf())).toMatchObject([{ result: 'holds', does: 'asks for /path', lines: ['/path 5'] }]);
  });
});

describe('a claim for which the topology has no actors', () => {
  it('is neither shown nor failed, says what is missing, and so does what needs it', async () => {
    expect(await resultsOf(castless('a'), claimOf('b', holding, ['a']), claimOf('c', holding, ['b']), claimOf('d', holding))).toEqual([
      'a no actors: not shown: no service has two versions',
      'b no actors: not shown (needs a, for which there are no actors)',
      'c no actors: not shown (needs b, for which there are no actors)',
      'd holds: seen',
    ]);
  });

  it('is no fault, as one is that fails or needs what fails', async () => {
    const failing = claimOf('b', async () => ({ holds: false, lines: [] }));
    const outcomes = await runClaims([castless('a'), failing, claimOf('c', holding, ['b']), claimOf('d', holding)], settingOf());
    expect(outcomes.filter(isFault).map(({ name }) => name)).toEqual(['b', 'c']);
  });

  it('does nothing, and a claim that does not hold counts for more', async () => {
    const failing: Scene['show'] = async () => ({ holds: false, lines: [] });
    expect((await runClaims([castless('a')], settingOf()))[0]).not.toHaveProperty('does');
    expect(await resultsOf(claimOf('a', failing), castless('b', ['a']))).toEqual(['a fails: ', 'b not shown: not shown (needs a)']);
  });
});

describe('what a claim changed', () => {
  const order: string[] = [];
  const changing = async ({ cleanup }: Stage) => {
    cleanup(async () => void order.push('first'));
    cleanup(async () => void order.push('second'));
  };

  it('is taken back, the last change first, also where the claim fails', async () => {
    order.length = 0;
    const show: Scene['show'] = async (stage) => {
      await changing(stage);
      throw new Error('broken');
    };
    expect(await resultsOf(claimOf('a', show))).toEqual(['a fails: broken']);
    expect(order).toEqual(['second', 'first']);
  });

  it('is taken back when the person interrupts, before the interruption is thrown, and no other claim begins', async () => {
    order.length = 0;
    const interrupted = new AbortController();
    const show: Scene['show'] = async (stage) => {
      await changing(stage);
      interrupted.abort(new Error('enough'));
      return { holds: true, lines: [] };
    };
    const begun: string[] = [];
    const run = runClaims([claimOf('a', show), claimOf('b', holding)], settingOf(interrupted.signal), {
      begins: ({ name }) => begun.push(name),
    });
    await expect(run).rejects.toThrow('enough');
    expect([order, begun]).toEqual([['second', 'first'], ['a']]);
  });

  it('that cannot be taken back is told and fails the claim; the rest is taken back all the same', async () => {
    order.length = 0;
    const show: Scene['show'] = async ({ cleanup }) => {
      cleanup(async () => void order.push('first'));
      cleanup(() => Promise.reject(new Error('the API server is away')));
      return { holds: true, lines: [] };
    };
    expect(await resultsOf(claimOf('a', show))).toEqual(['a fails: left behind: the API server is away']);
    expect(order).toEqual(['first']);
  });
});
