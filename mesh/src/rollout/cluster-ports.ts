import { type Cluster, isReady, isTerminating, type LiveObject, messageOf, type Pod } from '@mesh-platform/kubernetes';
import { IstiodUnavailable } from '../apply/istio.ts';
import { listKinds } from '../apply/kinds.ts';
import { ConfigurationRejected, NotInSync, Proxies } from '../apply/proxies.ts';
import { type SplitService, split, VersionUnready } from '../apply/split.ts';
import { weightsIn } from '../apply/weights.ts';
import { resolveHost } from '../names.ts';
import { ownedSelector } from '../object.ts';
import { CallerCounters } from './caller-counters.ts';
import type { Counters } from './counters.ts';
import type { RolloutLease } from './lease.ts';
import type { LiveRoute, Pods, RolloutPorts } from './ports.ts';
import type { RolloutState, VersionWeights } from './state.ts';

const WEBHOOK = 'failed calling webhook';

interface LiveWeights {
  readonly name: string;
  readonly generation: number;
  readonly weights: VersionWeights;
}

/** The weights of the service in each VirtualService that splits its traffic. */
export async function liveWeights(cluster: Cluster, { namespace, topology, service }: SplitService): Promise<readonly LiveWeights[]> {
  const routes = await listKinds(
    cluster,
    [{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' }],
    namespace,
    ownedSelector(topology),
  );
  return routes.flatMap((route) => {
    const weights = weightsIn(route, resolveHost(service, namespace));
    const { name = '', generation = 0 } = route.metadata ?? {};
    return weights ? [{ name, generation, weights: Object.fromEntries(weights) }] : [];
  });
}

export interface ClusterPortsOptions {
  readonly gateways: readonly LiveObject[];
  /** Whether the first weights may override those that another client set. */
  readonly overrides: boolean;
  /** Whether requests to the service have a gRPC status. */
  readonly isGrpc: boolean;
}

/** A rollout's view of a cluster. Keeps a connection to each caller's proxy until `close`. */
export class ClusterPorts implements RolloutPorts {
  readonly #cluster: Cluster;
  readonly #service: SplitService;
  readonly #versions: { readonly canary: string; readonly baseline: string };
  readonly #lease: RolloutLease;
  readonly #proxies: Proxies;
  readonly #counters: CallerCounters;
  /** By VirtualService, the generation that this rollout wrote last. */
  #written: ReadonlyMap<string, number> = new Map();
  #mayOverride: boolean;

  constructor(
    cluster: Cluster,
    service: SplitService,
    versions: { readonly canary: string; readonly baseline: string },
    lease: RolloutLease,
    { gateways, overrides, isGrpc }: ClusterPortsOptions,
  ) {
    this.#cluster = cluster;
    this.#service = service;
    this.#versions = versions;
    this.#lease = lease;
    this.#mayOverride = overrides;
    this.#proxies = new Proxies(cluster, service.namespace, gateways);
    this.#counters = new CallerCounters(this.#proxies, resolveHost(service.service, service.namespace), isGrpc);
  }

  mark(signal: AbortSignal): Promise<void> {
    return this.#counters.mark(signal);
  }

  counted(signal: AbortSignal): Promise<readonly ReadonlyMap<string, Counters>[]> {
    return this.#counters.counted(signal);
  }

  async routes(): Promise<readonly LiveRoute[]> {
    const live = await liveWeights(this.#cluster, this.#service);
    return live.map(({ name, generation, weights }) => ({ name, weights, isEdited: generation !== this.#written.get(name) }));
  }

  async setWeights(weights: VersionWeights, signal: AbortSignal): Promise<'in sync' | { readonly missing: string }> {
    try {
      const { generations } = await split(this.#cluster, this.#service, new Map(Object.entries(weights)), {
        signal,
        force: this.#mayOverride,
        proxies: this.#proxies,
      });
      this.#written = generations;
      this.#mayOverride = false;
      return 'in sync';
    } catch (error) {
      // While istiod starts, its webhook refuses each change.
      if (error instanceof NotInSync || error instanceof IstiodUnavailable || error instanceof VersionUnready)
        return { missing: error.message };
      if (messageOf(error).includes(WEBHOOK)) return { missing: 'istiod does not check new routes yet' };
      throw error;
    }
  }

  async rejected(signal: AbortSignal): Promise<string | undefined> {
    try {
      await this.#proxies.throwIfRejected(signal);
      return undefined;
    } catch (error) {
      if (error instanceof ConfigurationRejected) return error.message;
      throw error;
    }
  }

  async pods(): Promise<Pods> {
    const { namespace, service } = this.#service;
    const pods = (await this.#cluster.list<Pod>('v1', 'Pod', namespace, `app=${service}`)).filter((pod) => !isTerminating(pod));
    const of = (version: string) => pods.filter(({ metadata }) => metadata?.labels?.version === version);
    const ready = (version: string) => of(version).filter(isReady).length;
    const problem = of(this.#versions.canary)
      .flatMap(({ metadata, status }) => (status?.containerStatuses ?? []).map((container) => ({ pod: metadata?.name, ...container })))
      .find(({ state }) => state?.waiting?.reason === 'CrashLoopBackOff');
    return {
      canaryReady: ready(this.#versions.canary),
      baselineReady: ready(this.#versions.baseline),
      ...(problem ? { problem: `container ${problem.name} of pod ${problem.pod} crashes again and again` } : {}),
    };
  }

  save(state: RolloutState, release = false): Promise<void> {
    return this.#lease.save(state, { release });
  }

  close(): void {
    this.#proxies.close();
  }
}
