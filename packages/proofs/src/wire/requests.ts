import { inParallel } from '@mesh-platform/kubernetes';

/** The outcome of a request; status 0 without an answer. */
export interface Reply {
  readonly status: number;
  readonly requestId: string;
  /** `preview/v2` */
  readonly servedBy: string;
  readonly text: string;
  readonly milliseconds: number;
}

export interface Request {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const ANSWER_MS = 25_000;

/** One request through the gateway. Throws when `signal` aborts, and at nothing else. */
export async function request(gatewayUrl: string, { path, method = 'GET', headers = {} }: Request, signal: AbortSignal): Promise<Reply> {
  const startedAt = performance.now();
  const took = () => Math.round(performance.now() - startedAt);
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    const response = await fetch(`${gatewayUrl}${path}`, { method, headers, signal: limit });
    const text = await response.text();
    const header = (name: string) => response.headers.get(name) ?? '';
    return { status: response.status, requestId: header('x-request-id'), servedBy: header('x-served-by'), text, milliseconds: took() };
  } catch (error) {
    signal.throwIfAborted();
    return { status: 0, requestId: '', servedBy: '', text: String(error), milliseconds: took() };
  }
}

/** Many alike, a few at once. */
export const requests = (gatewayUrl: string, count: number, wanted: Request, signal: AbortSignal): Promise<readonly Reply[]> =>
  inParallel(Array.from({ length: count }), () => request(gatewayUrl, wanted, signal));

export const isAnswered = ({ status }: Reply): boolean => status >= 200 && status < 300;

/** `200 ×998, 503 ×2` */
export function statusesInWords(replies: readonly Reply[]): string {
  const counts = Map.groupBy(replies, ({ status }) => status);
  return [...counts].map(([status, of]) => `${status === 0 ? 'no answer' : status} ×${of.length}`).join(', ');
}
