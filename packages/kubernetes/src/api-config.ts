import { isDeepStrictEqual } from 'node:util';
import { type DispatcherOptions, KubeConfig, type RequestContext } from '@kubernetes/client-node';
import { timeLimit } from './time-limits.ts';

/** Milliseconds for TCP and TLS together: undici's own default. https://undici.nodejs.org/#/docs/api/Client?id=parameter-connectoptions */
const CONNECT_MS = 10_000;

/** An API server that balances its load closes an HTTP/2 connection with all of its requests, which undici fails. */
const HTTP1 = { allowH2: false };

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;

/** A kubeconfig whose requests share connections to the API server, which may take as long as the factor of this machine allows. */
export class ApiConfig extends KubeConfig {
  #options: DispatcherOptions | undefined;
  #kept: { readonly options: DispatcherOptions | undefined; readonly dispatcher: Dispatcher } | undefined;

  /** The client makes a dispatcher for each request, and so a TLS handshake, which costs both sides more than the request. */
  override applySecurityAuthentication(context: RequestContext): Promise<void> {
    const set = context.setDispatcher.bind(context);
    context.setDispatcher = (made) => {
      if (!this.#kept || !isDeepStrictEqual(this.#kept.options, this.#options)) this.#kept = { options: this.#options, dispatcher: made };
      set(this.#kept.dispatcher);
    };
    return super.applySecurityAuthentication(context);
  }

  override createDispatcherOptions(...args: Parameters<KubeConfig['createDispatcherOptions']>): DispatcherOptions {
    const made = super.createDispatcherOptions(...args);
    this.#options = made.type === 'agent' ? { ...made, connect: { ...made.connect, ...HTTP1, timeout: timeLimit(CONNECT_MS) } } : made;
    return this.#options;
  }
}
