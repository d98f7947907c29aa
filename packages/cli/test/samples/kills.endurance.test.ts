import { Random } from '@mesh-platform/mesh/testing';
import { waitFor } from '@mesh-platform/targets';
import { beforeAll, describe, expect, it } from 'vitest';
import { instanceName, platform, runningTarget } from '../support/platform.ts';
import { AcknowledgedWrites } from './support/acknowledged-writes.ts';
import { victims } from './support/kills.ts';
import { seedOfRun } from './support/seed-of-run.ts';
import { killDuringUp, killDuringWrites, recovers } from './support/surviving.ts';

const DURING_UP = 20;
const DURING_WRITES = 10;
/** A start with caches takes about so long; a later moment finds it over, which is a moment too. */
const START_MS = 25_000;
const ONE_MS = 600_000;

const seed = seedOfRun();
const random = new Random(seed);
/** Every victim comes before one comes again. */
const drawn = (count: number, from: readonly (typeof victims)[number][]) => {
  const order: (typeof victims)[number][] = [];
  while (order.length < count) order.push(...shuffled(from));
  return order.slice(0, count).map((victim, index) => ({ number: index + 1, victim }));
};

function shuffled<T>(items: readonly T[]): T[] {
  const left = [...items];
  return items.map(() => {
    const item = random.pick(left);
    left.splice(left.indexOf(item), 1);
    return item;
  });
}

let writes: AcknowledgedWrites;
beforeAll(async () => {
  console.log(`ENDURANCE_SEED=${seed}`);
  writes = new AcknowledgedWrites((await runningTarget()).gatewayUrl);
  const over = new AbortController();
  const writing = writes.writeUntil(over.signal);
  await waitFor('the first writes', () => (writes.acknowledged > 20 ? true : undefined), { timeout: 60_000 });
  over.abort();
  await writing;
});

describe('a kill while up works', () => {
  it.each(drawn(DURING_UP, victims))(
    '$number: of $victim',
    async ({ victim }) => {
      expect((await platform(['down', '--instance', instanceName()])).status).toBe(0);
      const after = Math.round(random.next() * START_MS);
      const killed = await killDuringUp(victim, instanceName(), after);
      const what = `${victim} was killed ${after} ms after the start of up (${killed.length} processes)`;
      const stderr = await recovers(instanceName(), writes, what);
      console.log(`${what}\n${repaired(stderr)}`);
    },
    ONE_MS,
  );
});

describe('a kill while documents are written', () => {
  const running = victims.filter((victim) => victim !== 'the command');
  it.each(drawn(DURING_WRITES, running))(
    '$number: of $victim',
    async ({ victim }) => {
      const killed = await killDuringWrites(victim, instanceName(), writes, random.next() * 1_000);
      expect(killed).not.toEqual([]);
      const stderr = await recovers(instanceName(), writes, `${victim} was killed while documents were written`);
      console.log(`${victim}: ${writes.acknowledged} writes acknowledged, ${writes.failed} failed so far\n${repaired(stderr)}`);
    },
    ONE_MS,
  );
});

const repaired = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => line.includes('repaired:'))
    .join('\n');
