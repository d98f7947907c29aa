import { expect, test } from 'vitest';
import { protocolNamed, serviceFiles } from './service-files.ts';

test.each(['http', 'grpc'] as const)(
  'a new service that speaks %s has its name everywhere, and the template’s nowhere',
  async (protocol) => {
    const files = await serviceFiles('my-cart', protocol);
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

test('a gRPC service has a contract of its own, named as proto names', async () => {
  const files = await serviceFiles('my-cart', 'grpc');
  expect(files.get('proto/my_cart/v1/my_cart.proto')).toMatch(/package my_cart\.v1;[\s\S]*service MyCart \{/);
  expect(files.get('src/app.ts')).toContain("files: ['my_cart/v1/my_cart.proto', 'path/v1/path.proto']");
});

test('a protocol without a template is refused with those that have one', () => {
  expect(() => protocolNamed('tcp')).toThrow("there is no template that speaks 'tcp'");
});
