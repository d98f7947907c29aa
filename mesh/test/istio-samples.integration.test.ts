import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseObjects } from '../src/check/read-objects.ts';
import { allChecks, runChecks } from '../src/check/run-checks.ts';
import { importTopology } from '../src/import/import-topology.ts';
import { isIstio, type MeshObject } from '../src/object.ts';
import { render } from '../src/render/render.ts';
import { type DefinedMesh, resolveMesh } from '../src/topology/define-mesh.ts';
import { defineEnvironment } from '../src/topology/environment.ts';
import { generatedManifests, istioAnalyses, istioVerdicts } from './support/istio-verdict.ts';
import { Random } from './support/random.ts';
import { differentAnswers } from './support/same-answers.ts';

/** Built by `./platform test integration`, next to Istio's samples. */
const program = process.env.ISTIO_VERDICT ?? '';
const samples = join(dirname(program), 'samples');

const REQUESTS = 200;
const paths = ['/', '/productpage', '/static/a.css', '/statics', '/api/v1/products/1', '/hello', '/%68ello', '/status/200', '/other'];

/** Losses of a sample that has no policy and no timeout, runs as accounts of other names, or is reached by its pods. */
const COMMON =
  /: (no policy names the callers|requests without a timeout|Istio's default retries|callers without a sidecar|proxies let requests|it runs as|its pods listen on|its versions get requests by|pods have no label version|port \d+ is lost|callers in the mesh reach)/;
const PORT = 'Gateway default/bookinfo-gateway: spec.servers[0].port.number is not what the topology makes of it';
const elsewhere = (name: string) =>
  `VirtualService default/${name}: spec.http: a request that meets no route got 404; policies answer it with 403, or it takes the route for all`;
const kept = (object: string) => `${object}: a topology has no such object; keep it as it is`;
const route = (name: string, what: string) => `VirtualService default/${name}: spec.http[0].${what}`;
const VIRTUAL_MACHINE = 'DestinationRule default/ratings: spec.subsets[3] is lost: no workload runs the version v2-mysql-vm';
const FAULT = 'fault is lost: a topology has no such setting';
const HEADERS = 'match[0].headers is lost: a topology routes requests by caller, method and path';
const byVersion = (name: string) => route(name, `route is lost: a topology gives all requests to ${name} the same weights`);

const bookinfo = (...names: readonly string[]) => names.map((name) => `bookinfo/platform/kube/bookinfo${name}.yaml`);
const networking = (...names: readonly string[]) => names.map((name) => `bookinfo/networking/${name}.yaml`);
/** Every version that Bookinfo's DestinationRules name, except the one of a virtual machine. */
const versions = bookinfo('', '-ratings-v2', '-db', '-details-v2', '-mysql', '-ratings-v2-mysql');

interface Sample {
  readonly files: readonly string[];
  /** What is reported as lost in addition to what is COMMON. */
  readonly lost: readonly string[];
}

/** The routes of Bookinfo's tasks, and what of them is lost in addition to what is lost of its gateway. */
const tasks: Readonly<Record<string, readonly string[]>> = {
  'virtual-service-all-v1': [],
  'virtual-service-details-v2': [],
  'virtual-service-ratings-db': [],
  'virtual-service-ratings-mysql': [],
  'virtual-service-reviews-50-v3': [],
  'virtual-service-reviews-80-20': [],
  'virtual-service-reviews-90-10': [],
  'virtual-service-reviews-v2-v3': [],
  'virtual-service-reviews-v3': [],
  'fault-injection-details-v1': [route('details', FAULT)],
  'virtual-service-ratings-test-abort': [route('ratings', FAULT), route('ratings', HEADERS)],
  'virtual-service-ratings-test-delay': [route('ratings', FAULT), route('ratings', HEADERS)],
  'virtual-service-reviews-jason-v2-v3': [route('reviews', HEADERS), byVersion('reviews')],
  'virtual-service-reviews-test-v2': [route('reviews', HEADERS), byVersion('reviews')],
};

const known: Readonly<Record<string, Sample>> = {
  bookinfo: { files: bookinfo(''), lost: [] },
  'bookinfo with its gateway': { files: [...bookinfo(''), ...networking('bookinfo-gateway')], lost: [PORT, elsewhere('bookinfo')] },
  ...Object.fromEntries(
    Object.entries(tasks).map(([name, lost]) => [
      `bookinfo with ${name}`,
      {
        files: [...versions, ...networking('bookinfo-gateway', 'destination-rule-all', name)],
        lost: [PORT, elsewhere('bookinfo'), VIRTUAL_MACHINE, ...lost],
      },
    ]),
  ),
  helloworld: { files: ['helloworld/helloworld.yaml', 'helloworld/helloworld-gateway.yaml'], lost: [elsewhere('helloworld')] },
  httpbin: { files: ['httpbin/httpbin.yaml', 'httpbin/httpbin-gateway.yaml'], lost: [] },
  'tcp-echo': { files: ['tcp-echo/tcp-echo.yaml'], lost: [] },
  'tcp-echo at a gateway': {
    files: ['tcp-echo/tcp-echo-services.yaml', 'tcp-echo/tcp-echo-all-v1.yaml'],
    lost: [kept('Gateway default/tcp-echo-gateway'), kept('VirtualService default/tcp-echo')],
  },
  'grpc-echo': { files: ['grpc-echo/grpc-echo.yaml'], lost: [] },
  websockets: { files: ['websockets/app.yaml', 'websockets/route.yaml'], lost: [elsewhere('tornado')] },
};

const read = async (files: readonly string[]): Promise<readonly MeshObject[]> =>
  (await Promise.all(files.map(async (file) => parseObjects(await readFile(join(samples, file), 'utf8'), file)))).flat();
const errorsIn = (objects: readonly MeshObject[]) => runChecks({ objects }, allChecks).filter(({ severity }) => severity === 'error');

/** A sample, and the objects that are rendered of what import makes of it. */
async function imported({ files, lost }: Sample) {
  const objects = await read(files);
  const { spec, unread } = importTopology(objects);
  const environment = defineEnvironment({ ...resolveMesh(spec), spec } as DefinedMesh, { name: 'test', image: () => 'example.com/a:1' });
  return { objects, lost, spec, unread, mesh: environment.mesh, made: render(environment).objects };
}

describe.skipIf(!program)("Istio's samples", () => {
  it.each(Object.entries(known))('%s is imported, checks clean, and answers 200 requests as before', async (_name, sample) => {
    const { objects, lost, spec, unread, mesh, made } = await imported(sample);
    expect(unread.filter((message) => !COMMON.test(message))).toEqual(lost);
    expect(runChecks({ objects: made, mesh }, allChecks).filter(({ severity }) => severity === 'error')).toEqual([]);
    const callers = [...Object.keys(spec.services), ...(spec.gateway ? ['gateway'] : [])];
    expect(differentAnswers([objects, made], { callers, paths, count: REQUESTS }, new Random(7))).toEqual([]);
  });

  it('are accepted by Istio once they are imported and rendered', async () => {
    const sets = (await Promise.all(Object.values(known).map(imported))).map(({ made }) => made);
    const verdicts = await istioVerdicts(program, sets.flat().filter(isIstio));
    expect(verdicts.flatMap(({ schema, webhook = [] }) => [...(schema ? [schema] : []), ...webhook])).toEqual([]);
    const messages = (await istioAnalyses(program, sets)).flat();
    expect(messages.filter(({ level }) => level === 'Error')).toEqual([]);
  }, 120_000);

  it('have no error, each file for itself', async () => {
    const files = (await readdir(samples, { recursive: true })).filter((name) => name.endsWith('.yaml'));
    expect(files.length).toBeGreaterThan(50);
    const errors = await Promise.all(
      files.map(async (file) => errorsIn(await read([file])).map(({ code, message }) => `${file}: ${code} ${message}`)),
    );
    expect(errors.flat()).toEqual([]);
  });
});

it.skipIf(!program)(
  "finds no error in what istioctl generates of its profiles, and in Istio's gateway chart",
  async () => {
    const generated = await generatedManifests(program);
    expect(generated.map(({ name }) => name)).toEqual(expect.arrayContaining(['profile default', 'profile ambient', 'chart gateway']));
    for (const { name, manifests } of generated) {
      const objects = manifests.flatMap((yaml) => parseObjects(yaml, name));
      expect(errorsIn(objects), name).toEqual([]);
    }
    expect(generated.reduce((sum, { manifests }) => sum + manifests.length, 0)).toBeGreaterThan(300);
  },
  120_000,
);
