import { check } from '../check.ts';
import { probe } from '../probe/probe.ts';
import { addressesOf } from '../wire/pods.ts';

/** Without mutual TLS no port of any pod answers. */
export const plainText = check({
  name: 'plain-text',
  title: 'plain text is refused at every port',
  participants: ({ environment }) => ({
    databases: [...environment.mesh.services.values()]
      .filter(({ protocol }) => protocol === 'tcp')
      .map(({ name, port }) => `${name}:${port}`),
  }),
  does: ({ databases }) =>
    `a pod outside of the mesh speaks plain HTTP${databases.length > 0 ? ' and PostgreSQL' : ''} to each port of each service`,
  arrange: ({ cluster, environment }) => addressesOf(cluster, environment),
  act: async ({ cluster, environment, signal }, addresses, { databases }) => {
    const attempts = addresses.map(({ service, host, port }) =>
      databases.includes(`${service}:${port}`)
        ? ({ kind: 'postgres', host, port } as const)
        : ({ kind: 'http', host, port, path: '/healthz' } as const),
    );
    const results = await probe(cluster, { namespace: environment.mesh.namespace, sidecar: false, signal }, attempts);
    return addresses.map(({ service, port }, index) => ({ where: `${service}:${port}`, result: results[index] ?? '' }));
  },
  evidence: (seen) => ({
    passes: seen.length > 0 && seen.every(({ result }) => result.startsWith('closed')),
    lines: [...new Set(seen.map(({ where, result }) => `${where} ${result}`))],
  }),
});
