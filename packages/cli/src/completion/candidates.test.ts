import { expect, test } from 'vitest';
import { commandLine } from '../main.ts';
import { versionName, versionsOf } from '../services/service-versions.ts';
import { localEnvironment } from '../services/topology.ts';
import { candidatesFor } from './candidates.ts';
import { checkoutValues } from './checkout-values.ts';

const program = commandLine();
const complete = async (...words: string[]) =>
  (await candidatesFor(program, words, async (name, args) => [[name, ...args].join(' of ')])).map(({ value }) => value);

test.each<[readonly string[], readonly string[]]>([
  [['st'], ['status']],
  [['mesh', 'ex'], ['explain']],
  [
    ['new', ''],
    ['service', 'version', 'help'],
  ],
  [
    ['logs', '--f'],
    ['--failures', '--follow'],
  ],
  [['mesh', 'plan', '--j'], ['--json']],
  [['--instance', 'status', 'ur'], ['url']],
  [['-n', 'x', 'kube'], ['kubeconfig']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [
    ['test', 'unit', 'in'],
    ['integration', 'infra'],
  ],
  [['image', 'web-v1', '--with', 'b'], ['buildah']],
  [['image', 'web-v1', '--with=b'], ['--with=buildah']],
  [['image', 'web-v1', '--with', '=', 'b'], ['buildah']],
  [
    ['image', 'web-v1', '--with', '='],
    ['docker', 'buildah'],
  ],
  [['mesh', 'split', ''], ['service']],
  [['mesh', 'split', 'web', ''], ['weight of web']],
  [['mesh', 'split', 'web', 'v1=1', 'w'], ['weight of web of v1=1']],
  [['mesh', 'explain', '--from', ''], ['service']],
  [['retire', 'version', 'web', ''], ['version of web']],
  [['logs', 'web', ''], ['service of web']],
  [['tool', 'kubectl', '--', ''], []],
  [['url', 'more', ''], []],
  [['__'], []],
])('after %j come %j', async (words, found) => {
  expect(await complete(...words)).toEqual(found);
});

test('each command and option has its description from the help', async () => {
  const found = await candidatesFor(program, ['sta'], checkoutValues);
  expect(found).toEqual([{ value: 'status', description: expect.stringMatching(/^Show node/) }]);
});

test('services, versions, images and environments are those of the checkout', async () => {
  const services = await checkoutValues('service', []);
  const [service = ''] = services;
  expect(services).toEqual([...(await localEnvironment()).environment.mesh.services.keys()]);
  const versions = await checkoutValues('version', [service]);
  expect(versions).toContain('v1');
  expect(await checkoutValues('weight', [service])).toEqual(versions.map((version) => `${version}=`));
  expect(await checkoutValues('image', [])).toEqual(versionsOf((await localEnvironment()).environment.mesh).map(versionName));
  expect(await checkoutValues('environment', [])).toContain('local');
  expect(await checkoutValues('benchmark', [])).toContain('up');
  expect(await checkoutValues('check', [])).toContain('wrong-caller');
  expect(await checkoutValues('constructor', [])).toEqual([]);
});
