import { type DispatcherOptions, KubeConfig } from '@kubernetes/client-node';
import { timeLimit } from './time-limits.ts';

/** Milliseconds for TCP and TLS together: undici's own default. https://undici.nodejs.org/#/docs/api/Client?id=parameter-connectoptions */
const CONNECT_MS = 10_000;

/** A kubeconfig whose connections to the API server may take as long as the factor of this machine allows. */
export class ApiConfig extends KubeConfig {
  override createDispatcherOptions(...args: Parameters<KubeConfig['createDispatcherOptions']>): DispatcherOptions {
    const options = super.createDispatcherOptions(...args);
    if (options.type === 'agent') return { ...options, connect: { ...options.connect, timeout: timeLimit(CONNECT_MS) } };
    return options;
  }
}
