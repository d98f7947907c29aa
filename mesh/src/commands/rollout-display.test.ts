import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { judge } from '../rollout/decision.ts';
import { observe, verdicts } from '../rollout/metrics.ts';
import type { RolloutEvent } from '../rollout/rollout.ts';
import type { RolloutState } from '../rollout/state.ts';
import { eventLine, lastingLine, RolloutDisplay, summary } from './rollout-display.ts';

const STATE: RolloutState = {
  service: 'preview',
  canary: 'v2',
  baseline: 'v1',
  steps: [5, 25],
  step: 0,
  original: { v1: 100, v2: 0 },
  weights: { v1: 95, v2: 5 },
  limits: { maxRatio: 1.25, floor: 0.05 },
  evidences: {},
  latency: [],
  phase: 'running',
  reason: '',
  startedAt: '2026-01-01T00:00:00.000Z',
};

/** The poll after so many without a bad request, of a hundred requests to each version. */
function poll(polls: number, bad = 0): RolloutEvent & { readonly judgement: NonNullable<RolloutEvent['judgement']> } {
  const counted = { canary: { requests: 100, bad }, baseline: { requests: 100, bad: 0 } };
  const strata = { failures: counted, attempts: counted, clientErrors: counted, slow: counted, slowest: counted };
  let { evidences } = STATE;
  for (let count = 0; count < polls; count += 1) evidences = observe(evidences, [strata], STATE.limits);
  return { event: 'poll', state: { ...STATE, evidences }, judgement: judge(verdicts(evidences), 0, 2) };
}

describe('the display of a rollout', () => {
  const title = '… rollout of preview v2 (1 min 41 s): ';
  const shown = (detail: string | undefined) => `${title}${detail}`.split('\n');

  it('shows weight, evidence as bars next to its limits, counts, and when it ends, in 80 columns', () => {
    const { judgement, ...event } = poll(1, 1);
    const lines = shown(new RolloutDisplay(1_800_000, () => 0).detail({ ...event, judgement }));
    expect(lines).toEqual([
      '… rollout of preview v2 (1 min 41 s): v2 5 %, next 25 % once it is safe',
      expect.stringMatching(/^ {4}harm {4}[█░]{12} \S+ of 100$/),
      expect.stringMatching(/^ {4}safety {2}[█░]{12} \S+ of 3: final failures$/),
      '    v2 100 requests, 1 failed; v1 100 requests, 0 failed',
      '    ends undecided in 30 min',
    ]);
    for (const line of lines) expect(line.length).toBeLessThan(80);
  });

  it('expects the next step when the evidence has grown for a while', () => {
    let now = 0;
    const display = new RolloutDisplay(60_000, () => now);
    display.detail(poll(1));
    now = 10_000;
    // Its log has grown by two of what it needs.
    const [first] = shown(display.detail({ ...poll(2), judgement: { ...poll(2).judgement, safety: poll(1).judgement.safety * 2, safetyLimit: poll(1).judgement.safety * 8 } })); // biome-ignore format: one poll
    expect(first).toBe('… rollout of preview v2 (1 min 41 s): v2 5 %, next 25 % in about 20 s at this rate');
  });

  it('reports that nothing is decided without requests, and how to send some', () => {
    const judgement = judge(verdicts({}), 0, 2);
    const lines = shown(new RolloutDisplay(30_000, () => 0).detail({ event: 'poll', state: STATE, judgement }));
    expect(lines).toEqual([`${title}v2 5 %, no requests yet:`, expect.stringContaining('nothing is decided'), expect.stringContaining('--probe 20/s'), '    ends undecided in 30 s']); // biome-ignore format: lines
  });

  it('names what it waits for, in lines that a terminal of 80 columns does not cut off', () => {
    const reason = `not every proxy has v1=75 v2=25 yet: proxy web-v1-967c849d-4f8gh is not in sync after 40 s: ${'it has the old weights '.repeat(4)}`;
    const lines = shown(new RolloutDisplay(30_000, () => 0).detail({ event: 'waiting', state: STATE, reason }));
    expect(lines[0]).toBe(`${title}v2 5 %, waits:`);
    expect(lines.slice(1, -1).map((line) => line.trim()).join(' ')).toBe(reason.trim()); // biome-ignore format: one step
    for (const line of lines) expect(line.length).toBeLessThan(80);
  });

  it('keeps what it compares, and each weight, on the screen', () => {
    expect(lastingLine({ event: 'started', state: STATE })).toContain('v2 is compared with v1, at 5, 25 % of the traffic');
    expect(lastingLine({ event: 'weights', state: STATE })).toBe('preview v1=95 v2=5: every proxy has it');
    expect(lastingLine(poll(1))).toBeUndefined();
  });
});

it('the last lines have the counts, the evidence, the limits and what to do next', () => {
  const { state, judgement } = poll(3, 20);
  const text = summary({ ...state, phase: 'rolled back', reason: 'the canary has more final failures' }, judgement, {
    isSaved: false,
    canaryWeight: 5,
  });
  expect(text).toMatch(/^preview v2 rolled back: the canary has more final failures\n {2}final failures: v2 60 of 300, v1 0 of 300; /);
  expect(text).toMatch(
    /together: evidence of harm \d+, rolls back at 100; of safety \S+, goes on at 3\npreview v1=95 v2=5\n→ the file is unchanged: set the weight of v2 to 0 in it/,
  );
});

it('has nothing to do after a rollback where the file gives the version no traffic', () => {
  const { state, judgement } = poll(3, 20);
  expect(summary({ ...state, phase: 'rolled back' }, judgement, { isSaved: false, canaryWeight: 0 })).not.toContain('→');
});

it('the fields of --json are those that the page about a canary names', async () => {
  const page = await readFile(new URL('../../../docs/how-to/roll-out-a-version.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| `(\w+)`((?:, `\w+`)*) \|/gm)].flatMap(([row]) =>
    [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  const event = { ...poll(1), reason: 'it waits', state: { ...poll(1).state, notJudged: ['slow' as const] } };
  const line = eventLine(event, { probe: { url: 'http://gateway/', perSecond: 20 } });
  expect(line).not.toContain('\n');
  expect(Object.keys(JSON.parse(line) as object).toSorted()).toEqual(documented.toSorted());
});
