import { type ImageReferences, timeoutFactor } from '@mesh-platform/kubernetes';

/** Images that are being unpacked: those that Istio's pods need, and all. */
export interface Unpacking {
  readonly forIstio: Promise<ImageReferences>;
  readonly all: Promise<ImageReferences>;
}

/**
 * Unpacks images while the API server and istiod start: each of them waits more than it works. On a slow machine (factor above 1)
 * the API server starts first, and `forIstio` resolves after all images: components that share its processors with the unpacking
 * exceed limits that cannot be configured, such as 10 s for a TLS handshake.
 */
export function unpackImages(
  ready: Promise<void>,
  { forIstio, services }: Readonly<Record<'forIstio' | 'services', () => Promise<ImageReferences>>>,
): Unpacking {
  const slow = timeoutFactor() > 1;
  const first = slow ? ready.then(forIstio) : forIstio();
  const all = first.then(async (references) => new Map([...references, ...(await services())]));
  all.catch(() => {}); // the caller awaits it later
  const gate = slow ? all.then(() => first) : first;
  gate.catch(() => {});
  return { forIstio: gate, all };
}
