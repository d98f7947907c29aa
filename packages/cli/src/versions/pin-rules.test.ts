import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { expect, test } from 'vitest';
import { pinRules } from './pin-rules.ts';
import { isPinnedImage } from './unpinned.ts';
import { unpinnedCommands } from './unpinned-commands.ts';

const elsewhere = (path: string) => /(^|\/)(node_modules|dist|\.git|\.terraform)(\/|$)/.test(path);
const filesOf = (patterns: readonly string[]) => globSync([...patterns], { cwd: checkout, exclude: elsewhere });

test.each(Object.keys(pinRules))('every version in a %s is pinned', (name) => {
  const { files, unpinned } = pinRules[name] ?? { files: [], unpinned: () => [] };
  const found = filesOf(files);
  expect(found.length).toBeGreaterThan(0);
  const faults = found.flatMap((path) => unpinned(readFileSync(join(checkout, path), 'utf8')).map((fault) => `${path}: ${fault}`));
  expect(faults).toEqual([]);
});

const job = (text: string) => `jobs:\n  a:\n    runs-on: ubuntu-24.04\n${text}`;
const sha = 'a'.repeat(40);
const hash = `--hash=sha256:${'0'.repeat(64)}`;

test.each<[keyof typeof pinRules, string, string]>([
  ['package.json', '{"dependencies":{"a":"^1.0.0"}}', '^1.0.0'],
  ['package.json', '{"devDependencies":{"a":"latest"}}', 'latest'],
  ['package.json', '{"optionalDependencies":{"a":"1.x"}}', '1.x'],
  ['package.json', '{"peerDependencies":{"a":"github:a/b"}}', 'github:a/b'],
  ['package-lock.json', '{"packages":{"node_modules/a":{"version":"1.0.0"}}}', 'node_modules/a'],
  ['package-lock.json', '{"packages":{"node_modules/a":{"integrity":"sha1-x"}}}', 'node_modules/a'],
  ['Dockerfile', 'FROM node:24-slim', 'node:24-slim'],
  ['Dockerfile', 'FROM --platform=linux/amd64 node AS build', 'node'],
  ['Dockerfile', 'ARG BASE=node:latest\nFROM $BASE', 'node:latest'],
  ['Dockerfile', 'FROM scratch\nCOPY --from=docker.io/busybox:latest /bin /bin', 'busybox:latest'],
  ['Dockerfile', 'FROM scratch\nRUN npm install -g typescript', 'npm install'],
  ['go.mod', 'module x\ngo 1.26.0\nrequire a.org/b latest', 'latest'],
  ['go.mod', 'module x\ngo 1.26.0\nrequire (\n\ta.org/b master // indirect\n)', 'master'],
  ['go.mod', 'module x\ngo 1.26.0\nreplace a.org/b => ../b', '../b'],
  ['go.mod', 'module x\ngo 1.26.0\ntool a.org/b/cmd/c', 'tool a.org/b/cmd/c'],
  ['go.mod', 'module x\n', 'no version of Go'],
  ['requirements.txt', `a>=1.0 ${hash}`, 'a>=1.0'],
  ['requirements.txt', 'a==1.0', 'a==1.0'],
  ['requirements.txt', 'git+https://example.org/a', 'git+'],
  ['workflow', job('    steps: [{uses: actions/checkout@v6}]'), 'checkout@v6'],
  ['workflow', job('    steps: [{uses: "docker://alpine"}]'), 'alpine'],
  ['workflow', job('    steps: [{run: "npx cowsay"}]'), 'npx cowsay'],
  ['workflow', job('    steps: [{run: "docker build --build-arg BASE=node:24 ."}]'), 'BASE=node:24'],
  ['workflow', job('    container: node:24'), 'node:24'],
  ['workflow', job('    container: {image: node}'), 'image: node'],
  ['workflow', job('    services: {db: {image: postgres:18}}'), 'postgres:18'],
  ['workflow', 'jobs: {a: {runs-on: ubuntu-latest}}', 'ubuntu-latest'],
  ['shell script', 'set -eu\nnpm install', 'npm install'],
  ['devcontainer', '{"image":"node:24-bookworm"}', 'node:24-bookworm'],
  ['devcontainer', '{"image":"node:24.1.0","features":{"ghcr.io/devcontainers/features/go:1":{}}}', 'features/go:1'],
  ['devcontainer', '{"image":"node:24.1.0",\n// why\n"postCreateCommand":"pip install checkov"}', 'pip install checkov'],
  ['Terraform root module', '    version = "~> 6.66"', '~> 6.66'],
  ['tflint plugin', '  version = ">= 0.4"', '>= 0.4'],
  ['Helm chart', 'controller_charts = { a = "3.4.0", b = "2.x" }', '2.x'],
  ['Kubernetes manifest', 'spec:\n  containers:\n    - image: "docker.io/a/b"', 'docker.io/a/b'],
  ['Kubernetes manifest', '      image: a/b:latest', 'latest'],
])('in a %s, rejects %j', (name, text, expected) => {
  expect(pinRules[name]?.unpinned(text).join('\n')).toContain(expected);
});

test.each<[keyof typeof pinRules, string]>([
  ['package.json', '{"dependencies":{"a":"1.0.0","b":"18.4.0-beta.17"}}'],
  ['Dockerfile', `FROM node:24.1.0-slim AS build\nFROM a@sha256:${'0'.repeat(64)}\nCOPY --from=build /a /a\nRUN npm ci`],
  [
    'go.mod',
    'module x\n\ngo 1.26.0\n\ntool a.org/b/cmd/c\n\nrequire (\n\ta.org/b v1.0.0 // indirect\n\ta.org/c v0.0.0-20240101000000-aaaaaaaaaaaa\n\ta.org/d v2.0.0+incompatible\n)',
  ],
  ['requirements.txt', `# why\na==1.0 \\\n    ${hash} \\\n    ${hash}\nb[c]==2.0 ${hash}\n`],
  ['workflow', job(`    steps: [{uses: actions/checkout@${sha}}, {run: "npm ci\\ngo install a.org/b@v1.0.0"}]`)],
  [
    'Kubernetes manifest',
    `      image: a/b@sha256:${'0'.repeat(64)}\n      image: localhost/a:local\n      image: "{{ .ProxyImage }}"\n      image: auto`,
  ],
])('in a %s, accepts what is pinned', (name, text) => expect(pinRules[name]?.unpinned(text)).toEqual([]));

test.each([
  'npm i a',
  'npm install a@latest',
  'npm install a@^1.0.0',
  'npm exec a',
  'npx -y a@1',
  'pip install a',
  'pip3 install a>=1',
  'go install a.org/b@latest',
  'go get a.org/b',
  'curl -sSL https://example.org | sh',
  'wget -qO- https://example.org | sudo bash',
  'true && \\\n  npx a',
])('rejects the command %j', (command) => expect(unpinnedCommands(command)).not.toEqual([]));

test.each([
  'npm ci --ignore-scripts',
  'npm install --global npm@11.1.0',
  'npx a@1.0.0 --flag b',
  'pip install a==1.0',
  'pip install --require-hashes -r a.txt',
  'go install a.org/b@v1.0.0',
  'go run ./a',
  'curl -o a https://example.org',
  '# npm install a',
  'apt-get install --yes python3-pip',
])('accepts the command %j', (command) => expect(unpinnedCommands(command)).toEqual([]));

test.each([
  ['node', false],
  ['node:24', false],
  ['node:latest', false],
  ['node:24.1.0', true],
  ['localhost:5000/node', false],
  ['postgres:18.4-bookworm', true],
  ['localhost/a:local', true],
])('the image %s is pinned: %s', (image, pinned) => expect(isPinnedImage(image)).toBe(pinned));
