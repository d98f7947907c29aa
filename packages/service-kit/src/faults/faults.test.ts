import { expect, test, vi } from 'vitest';
import { createLogger } from '../log/logger.js';
import { drawFaults, Faults, type FaultsOptions, InjectedOutage } from './faults.js';
import { MalformedFault, parseFaults } from './parse-faults.js';

const DRAWS = 20_000;

/** How often a fault strikes where what is drawn is spread evenly from 0 to below 1. */
function strikes(entry: string): number {
  const faults = parseFaults(entry, 'core', 'v1');
  let drawn = 0;
  const draw = () => drawn++ / DRAWS;
  return Array.from({ length: DRAWS }, () => drawFaults(faults, draw).length).reduce((sum, count) => sum + count, 0);
}

const faultsOf = (mode: 'on' | 'off', options: Pick<FaultsOptions, 'exit'> = {}) => {
  const lines: string[] = [];
  const logger = createLogger({ service: 'core', version: 'v1', pod: 'core-1' }, 'info', { write: (line) => void lines.push(line) });
  return {
    faults: new Faults({ service: 'core', version: 'v1', mode, logger, draw: () => 0.5, ...options }),
    logs: () => lines.map((line) => JSON.parse(line)),
  };
};

test('a fraction of 0 never strikes, a fraction of 1 always, a fraction of 0.3 three attempts in ten', () => {
  expect(strikes('core=unavailable:0')).toBe(0);
  expect(strikes('core=unavailable:0.3')).toBe(0.3 * DRAWS);
  expect(strikes('core=unavailable:1')).toBe(DRAWS);
  expect(strikes('core=unavailable')).toBe(DRAWS);
});

test('the ends of what can be drawn count as they should', () => {
  expect(drawFaults(parseFaults('core=unavailable:0', 'core', 'v1'), () => 0)).toEqual([]);
  expect(drawFaults(parseFaults('core=unavailable:1', 'core', 'v1'), () => 1 - Number.EPSILON)).toHaveLength(1);
});

test('two faults of one header are drawn one by one', () => {
  const draws = [0.9, 0.1];
  const struck = drawFaults(parseFaults('core=delay:1ms:0.5,core=unavailable:0.5', 'core', 'v1'), () => draws.shift() ?? 1);
  expect(struck.map(({ kind }) => kind)).toEqual(['unavailable']);
});

test('an outage comes after the delay that is injected with it, and both are logged with the request', async () => {
  const { faults, logs } = faultsOf('on');
  const startedAt = performance.now();
  const headers = { 'x-request-id': 'r-1', 'x-envoy-attempt-count': '2', 'x-fault': 'core=unavailable,core=delay:40ms' };
  await expect(faults.beforeWork(headers)).rejects.toThrow(InjectedOutage);
  expect(performance.now() - startedAt).toBeGreaterThan(35);
  expect(logs()).toEqual([
    expect.objectContaining({ requestId: 'r-1', attempt: 2, fault: 'core=delay:40ms' }),
    expect.objectContaining({ requestId: 'r-1', attempt: 2, fault: 'core=unavailable' }),
  ]);
});

test('a fault that waits for the work is logged when it strikes, not before', async () => {
  const { faults, logs } = faultsOf('on');
  const headers = { 'x-fault': 'core=unavailable-after-commit' };
  const fault = await faults.beforeWork(headers);
  expect(logs()).toEqual([]);
  expect(fault && faults.outage(fault, headers)).toBeInstanceOf(InjectedOutage);
  expect(logs()).toHaveLength(1);
});

test('a malformed fault is rejected where faults are on and ignored where they are off', async () => {
  const headers = { 'x-fault': 'core=broken' };
  await expect(faultsOf('on').faults.beforeWork(headers)).rejects.toThrow(MalformedFault);
  expect(await faultsOf('off').faults.beforeWork(headers)).toBeUndefined();
});

test('a crash ends the process after its delays and before any work, and is logged; where faults are off nothing happens', async () => {
  const headers = { 'x-fault': 'core=crash,core=unavailable' };
  const exit = vi.fn(() => {
    throw new Error('ended');
  });
  const { faults, logs } = faultsOf('on', { exit });
  await expect(faults.beforeWork(headers)).rejects.toThrow('ended');
  expect(exit).toHaveBeenCalledExactlyOnceWith(134);
  expect(logs()).toEqual([expect.objectContaining({ fault: 'core=crash' })]);
  const off = faultsOf('off', { exit });
  expect(await off.faults.beforeWork(headers)).toBeUndefined();
  expect(exit).toHaveBeenCalledOnce();
});

test('nothing strikes where faults are off, where no header is, and where the header names others', async () => {
  const { faults, logs } = faultsOf('off');
  expect(await faults.beforeWork({ 'x-fault': 'core=unavailable,core=unavailable-after-commit' })).toBeUndefined();
  expect(await faultsOf('on').faults.beforeWork({})).toBeUndefined();
  expect(await faultsOf('on').faults.beforeWork({ 'x-fault': 'web=unavailable' })).toBeUndefined();
  expect(logs()).toEqual([]);
});
