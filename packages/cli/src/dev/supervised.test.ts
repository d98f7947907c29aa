import { loadEnvironment } from '@mesh-platform/mesh';
import { expect, test } from 'vitest';
import { environmentFile } from '../services/topology.ts';
import { programOf, supervised } from './supervised.ts';

interface Deployment {
  readonly spec: { readonly template: { readonly spec: Readonly<Record<string, unknown>> & { readonly containers: readonly object[] } } };
}

const { rendered } = await loadEnvironment(environmentFile('local'));
const deployment = rendered.objects.find(({ kind }) => kind === 'Deployment') as never;
const podOf = (object: unknown) => (object as Deployment).spec.template.spec;

test('a supervised Deployment has the supervisor as its command and a folder of its own, and else what it had', async () => {
  const { containers, volumes, ...rest } = podOf(await supervised(deployment, ['node', 'dist/main.js']));
  const { containers: plain, volumes: before, ...same } = podOf(deployment);
  expect(rest).toEqual(same);
  expect(volumes).toEqual([...((before ?? []) as object[]), { name: 'dev-copies', emptyDir: { sizeLimit: '64Mi' } }]);
  const { command, volumeMounts, ...others } = containers[0] as { command: string[]; volumeMounts: object[] };
  expect(plain[0]).toMatchObject(others);
  expect(volumeMounts.at(-1)).toEqual({ name: 'dev-copies', mountPath: '/run/dev-copies' });
  expect(JSON.parse(command.at(-1) ?? '')).toMatchObject({ program: ['node', 'dist/main.js'], readyUrl: 'http://127.0.0.1:8080/readyz' });
});

test('an inspected one has a debugger on loopback, and no liveness probe that would restart it at a breakpoint', async () => {
  const [container] = podOf(await supervised(deployment, ['node'], { inspected: true })).containers as { command: string[] }[];
  expect(JSON.parse(container?.command.at(-1) ?? '')).toMatchObject({ inspectorPort: 9_229 });
  expect(container).not.toHaveProperty('livenessProbe');
  expect(container).toHaveProperty('readinessProbe');
  const [plain] = podOf(await supervised(deployment, ['node'])).containers as { command: string[] }[];
  expect(plain).toHaveProperty('livenessProbe');
  expect(JSON.parse(plain?.command.at(-1) ?? '')).not.toHaveProperty('inspectorPort');
});

test('its command contains nothing that Kubernetes would expand', async () => {
  const [container] = podOf(await supervised(deployment, ['node'])).containers as { command: string[] }[];
  expect(container?.command.join(' ')).not.toMatch(/\$\(|\$\$/);
});

test('the command of an image is the CMD of its Dockerfile', () => {
  expect(programOf('FROM x\nCMD ["node", "dist/main.js"]\nCOPY a b\n')).toEqual(['node', 'dist/main.js']);
  expect(() => programOf('CMD node dist/main.js\n')).toThrow('no CMD that is a list');
});
