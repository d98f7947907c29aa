import { UsageError } from '@mesh-platform/kubernetes';
import type { RequestRecord, VersionPercents } from './snapshot.ts';

/** What the page can do, with the user's own rights. Each throws a PlatformError with what to do instead. */
export interface Actions {
  /** What a change of weights would write, without writing it: one line for each object. */
  planSplit(service: string, weights: VersionPercents): Promise<readonly string[]>;
  /** Changes the weights of the running mesh; gives the milliseconds until every proxy had them, and how many had. */
  split(service: string, weights: VersionPercents): Promise<{ readonly milliseconds: number; readonly proxies: number }>;
  /** Starts a rollout that goes on when the view is closed. Resolves when it keeps the weights. */
  startRollout(service: string, version: string): Promise<void>;
  abortRollout(service: string, version: string): Promise<void>;
  /** One request through the gateway. */
  request(
    path: string,
    fault: string | undefined,
  ): Promise<{ readonly status: number; readonly requestId: string; readonly servedBy: string; readonly milliseconds: number }>;
  /** What the proxies logged and the services traced of a request. */
  trace(requestId: string): Promise<RequestRecord>;
  /** Runs `plan` and `check` again. */
  verify(): Promise<void>;
}

/** Requests that one click sends, and how many of them at once. */
export const REQUESTS = 20;

/** An action that the page asked for. */
export type Order =
  | { readonly action: 'plan split' | 'split'; readonly service: string; readonly weights: VersionPercents }
  | { readonly action: 'start rollout' | 'abort rollout'; readonly service: string; readonly version: string }
  | { readonly action: 'send'; readonly path: string; readonly fault?: string }
  | { readonly action: 'trace'; readonly requestId: string }
  | { readonly action: 'verify' };

/** Orders that change nothing: what `--read-only` allows. */
export const isHarmless = ({ action }: Order): boolean => action === 'trace' || action === 'verify' || action === 'plan split';

const NAME = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;
const PATH = /^\/[\x21-\x7e]{0,300}$/;
/** As apps/*: `core=unavailable:0.3`, several separated by commas. */
const FAULT = /^[a-z0-9/=:.,-]{1,200}$/;
const REQUEST_ID = /^[0-9a-f-]{8,64}$/;
const MOST_VERSIONS = 50;

/** Reads an order; throws a UsageError that names the field that is wrong. */
export function readOrder(value: unknown): Order {
  const order = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const text = (field: string, pattern: RegExp, example: string): string => {
    const found = order[field];
    if (typeof found === 'string' && pattern.test(found)) return found;
    throw new UsageError(`invalid ${field}`, `send for example ${example}`);
  };
  const { action } = order;
  switch (action) {
    case 'plan split':
    case 'split':
      return { action, service: text('service', NAME, 'preview'), weights: readWeights(order.weights) };
    case 'start rollout':
    case 'abort rollout':
      return { action, service: text('service', NAME, 'preview'), version: text('version', NAME, 'v2') };
    case 'send': {
      const path = text('path', PATH, '/api/path');
      return order.fault === undefined || order.fault === '' ? { action, path } : { action, path, fault: text('fault', FAULT, 'core=unavailable:0.3') }; // biome-ignore format: one step
    }
    case 'trace':
      return { action, requestId: text('requestId', REQUEST_ID, 'the x-request-id of an answer') };
    case 'verify':
      return { action };
    default:
      throw new UsageError('unknown action', 'reload the page: it may be older than its server');
  }
}

function readWeights(value: unknown): VersionPercents {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const isValid = entries.every(([version, percent]) => NAME.test(version) && Number.isInteger(percent) && percent >= 0 && percent <= 100);
  const sum = entries.reduce((total, [, percent]) => total + Number(percent), 0);
  if (entries.length === 0 || entries.length > MOST_VERSIONS || !isValid || sum !== 100)
    throw new UsageError('invalid weights', 'send whole percents by version that add up to 100');
  return Object.fromEntries(entries) as VersionPercents;
}

/** Carries an order out; gives what the page shows of it. */
export async function carryOut(actions: Actions, order: Order): Promise<unknown> {
  switch (order.action) {
    case 'plan split':
      return { changes: await actions.planSplit(order.service, order.weights) };
    case 'split':
      return actions.split(order.service, order.weights);
    case 'start rollout':
      return actions.startRollout(order.service, order.version).then(() => ({}));
    case 'abort rollout':
      return actions.abortRollout(order.service, order.version).then(() => ({}));
    case 'send':
      return { replies: await Promise.all(Array.from({ length: REQUESTS }, () => actions.request(order.path, order.fault))) };
    case 'trace':
      return actions.trace(order.requestId);
    case 'verify':
      return actions.verify().then(() => ({}));
  }
}
