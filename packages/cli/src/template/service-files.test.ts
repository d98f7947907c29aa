import { expect, test } from 'vitest';
import { protocolNamed, serviceFiles } from './service-files.ts';

test.each(['http', 'grpc'] as const)(
  'a new service that speaks %s has its name everywhere, and the template’s nowhere',
  async (protocol) => {
    const files = await serviceFiles('my-cart', protocol, false);
    const all = [...files].flat().join('\n');
    expect(all).not.toMatch(/example/i);
    expect(files.get('package.json')).toContain('/my-cart"');
    expect(files.get('deploy/patch.yaml')).toContain('metadata: { name: my-cart }');
    expect(files.get('tsconfig.json')).toContain('"../../tsconfig.base.json"');
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(['Dockerfile', 'README.md', 'src/main.ts', 'src/env.test.ts', 'test/my-cart.integration.test.ts']),
    );
  },
);

test('a gRPC service has its own contract, with valid proto names', async () => {
  const files = await serviceFiles('my-cart', 'grpc', false);
  expect(files.get('proto/my_cart/v1/my_cart.proto')).toMatch(/package my_cart\.v1;[\s\S]*service MyCart \{/);
  expect(files.get('src/app.ts')).toContain("files: ['my_cart/v1/my_cart.proto', 'path/v1/path.proto']");
});

test.each(['http', 'grpc'] as const)('with a database, a service that speaks %s is the same with what that takes', async (protocol) => {
  const plain = await serviceFiles('my-cart', protocol, false);
  const files = await serviceFiles('my-cart', protocol, true);
  expect([...files].flat().join('\n')).not.toMatch(/example/i);
  expect([...files.keys()]).toEqual(expect.arrayContaining([...plain.keys(), 'migrations/0001_greetings.sql', 'deploy/database.yaml']));
  const same = [...plain.keys()].filter((path) => files.get(path) === plain.get(path));
  expect(same).toEqual(
    expect.arrayContaining(['Dockerfile', 'deploy/patch.yaml', 'src/app.ts', 'src/main.ts', 'src/path/path.controller.ts']),
  );
  const manifest = JSON.parse(files.get('package.json') ?? '') as { files: string[]; dependencies: Record<string, string> };
  expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'migrations']));
  expect(Object.keys(manifest.dependencies)).toEqual(Object.keys(manifest.dependencies).sort());
  expect(files.get('README.md')).toMatch(/^# my-cart\n[\s\S]*\n## Its database\n/);
});

test('a database has a name that SQL takes as it is, its role and its Secret the name of the service', async () => {
  const files = await serviceFiles('my-cart', 'http', true);
  expect(files.get('deploy/database.yaml')).toMatch(/PGDATABASE, value: my_cart \}[\s\S]*secretName: postgres-my-cart,/);
  expect(files.get('src/env.ts')).toContain("databaseEnv({ database: 'my_cart', role: 'my-cart' })");
});

test('rejects a protocol without a template and lists those that have one', () => {
  expect(() => protocolNamed('tcp')).toThrow("there is no template that speaks 'tcp'");
});
