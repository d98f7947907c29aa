import { PlatformError } from '@mesh-platform/kubernetes';
import { type DefinedMesh, type MeshSpec, versionName } from '@mesh-platform/mesh';
import { GATEWAY_SECRET } from './aws-objects.ts';
import type { EksEnvironment, Outputs } from './outputs.ts';

/** The collector of traces of deploy/observability; OTLP over HTTP. */
export const COLLECTOR = { host: 'jaeger-collector.istio-system.svc.cluster.local', port: 4318 } as const;

/** What EKS changes of the topology: images by digest, two replicas and more over the zones, the database outside, TLS and one host at the gateway. */
export function eksSettings<T extends MeshSpec>(
  name: EksEnvironment,
  { region, repositories, database, edge }: Outputs,
  digests: Readonly<Record<string, string>>,
  { spec }: DefinedMesh<T>,
) {
  const traced = Object.keys(spec.services).filter((name) => !spec.services[name]?.stateful) as (keyof T['services'] & string)[];
  return {
    name,
    image: (service: string, version: string): string => {
      const wanted = versionName(service, version);
      const [repository, digest] = [repositories[wanted], digests[wanted]];
      if (!repository || !/^sha256:[0-9a-f]{64}$/.test(digest ?? ''))
        throw new PlatformError(
          `the image ${wanted} has ${repository ? 'no digest' : 'no repository'}`,
          `push it (the workflow images), then write its digest into environments/${name}/images.json`,
        );
      return `${repository}@${digest}`;
    },
    replicas: 2,
    autoscale: { max: 10, cpuPercent: 60 },
    zones: true,
    hosts: [new URL(edge.url).hostname],
    tls: { credential: GATEWAY_SECRET },
    outside: { postgres: { hosts: [database.host], port: database.port, protocol: 'tcp' } },
    externals: {
      collector: { hosts: [COLLECTOR.host], port: COLLECTOR.port, protocol: 'http', calledBy: traced },
      // Declared, and used by no service: whoever needs an API of AWS is named here, and no proxy of another service learns of it.
      aws: { hosts: [`sts.${region}.amazonaws.com`, `secretsmanager.${region}.amazonaws.com`], port: 443, protocol: 'tls', calledBy: [] },
    },
  } as const;
}
