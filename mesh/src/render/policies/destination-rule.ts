import { type DestinationRule, destinationRule } from '../../kinds.ts';
import { hostOf, principalOf } from '../../names.ts';
import type { Mesh, Service } from '../../topology/mesh.ts';

/** How a service is reached: its versions, who it must be, how many connections and requests it is given, and when a replica is left out. */
export function serviceDestinationRule(mesh: Mesh, service: Service): DestinationRule {
  const { name, protocol, versions } = service;
  return destinationRule(
    { name, namespace: mesh.namespace },
    {
      host: hostOf(mesh, name),
      trafficPolicy: {
        // The callee must have its own identity: no other identity of the mesh is accepted in its place.
        tls: { mode: 'ISTIO_MUTUAL', subjectAltNames: [`spiffe://${principalOf(mesh, name)}`] },
        connectionPool: {
          tcp: { connectTimeout: '1s', maxConnections: 100 },
          ...(protocol === 'tcp' ? {} : { http: { http1MaxPendingRequests: 1000, http2MaxRequests: 1000, idleTimeout: '60s' } }),
        },
        ...(protocol === 'tcp' ? {} : { outlierDetection }),
      },
      subsets: versions.map((version) => ({ name: version, labels: { version } })),
    },
  );
}

/** At most half of the replicas are taken out, and none where less than half is left: one blip is no outage. */
const outlierDetection = {
  consecutive5xxErrors: 5,
  interval: '5s',
  baseEjectionTime: '5s',
  maxEjectionPercent: 50,
  minHealthPercent: 50,
} as const;
