import type { Cluster } from '@mesh-platform/kubernetes';
import { gatewayReady } from '../istio/control-plane.ts';
import type { RunningTarget, SecretKey } from '../target.ts';
import type { Reached } from './gateway.ts';
import { clusterSecret } from './secrets.ts';

interface Parts extends Reached {
  readonly name: string;
  readonly environment: string;
  readonly kubeconfig: string;
  readonly cluster: Cluster;
  /** The platform's. */
  readonly namespace: string;
}

/** A cluster that the platform does not run. */
export class RunningContext implements RunningTarget {
  readonly name: string;
  readonly environment: string;
  readonly kubeconfig: string;
  readonly cluster: Cluster;
  readonly gatewayUrl: string;
  readonly wayIn: RunningTarget['wayIn'];
  readonly registry = undefined;
  readonly #namespace: string;

  constructor({ name, environment, kubeconfig, cluster, namespace, gatewayUrl, wayIn }: Parts) {
    this.name = name;
    this.environment = environment;
    this.kubeconfig = kubeconfig;
    this.cluster = cluster;
    this.gatewayUrl = gatewayUrl;
    this.wayIn = wayIn;
    this.#namespace = namespace;
  }

  /** Images of a cluster belong to those who run it. */
  async pruneImages(): Promise<void> {}

  secret(_name: string, stored: SecretKey): Promise<string> {
    return clusterSecret(this.cluster, this.#namespace, stored);
  }

  gatewayReady(onPodProblem?: (line: string) => void): Promise<void> {
    return gatewayReady(this.cluster, onPodProblem);
  }

  whileItRuns<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  async components() {
    return [];
  }
}
