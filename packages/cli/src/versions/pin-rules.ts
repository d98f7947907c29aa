import {
  notExact,
  unlocked,
  unpinnedFrom,
  unpinnedGo,
  unpinnedManifest,
  unpinnedNpm,
  unpinnedProviders,
  unpinnedWheels,
} from './unpinned.ts';
import { unpinnedCommands } from './unpinned-commands.ts';
import { unpinnedDevcontainer, unpinnedWorkflow } from './unpinned-environments.ts';

/** What of one kind of file names versions: which files, and what of their text is not pinned. */
export interface PinRule {
  readonly files: readonly string[];
  readonly unpinned: (text: string) => readonly string[];
}

/** One rule for each place where the repository names a version of something that is fetched. Globs are relative to the root. */
export const pinRules: Readonly<Record<string, PinRule>> = {
  'package.json': {
    files: ['package.json', '{apps,packages}/*/package.json', '{mesh,load-tests}/package.json', 'packages/cli/templates/**/package.json'],
    unpinned: unpinnedNpm,
  },
  'package-lock.json': { files: ['package-lock.json'], unpinned: unlocked },
  Dockerfile: {
    files: ['**/{Dockerfile,*.Dockerfile}'],
    unpinned: (text) => [...unpinnedFrom(text), ...unpinnedCommands(text.replaceAll(/^RUN /gm, ''))],
  },
  'go.mod': { files: ['packages/targets/toolchain/**/go.mod'], unpinned: unpinnedGo },
  'requirements.txt': {
    files: ['packages/*/toolchain/requirements.txt', 'packages/targets/toolchain/go.requirements.txt'],
    unpinned: unpinnedWheels,
  },
  workflow: { files: ['.github/workflows/*.yaml'], unpinned: unpinnedWorkflow },
  'shell script': { files: ['platform', '.ci/run', 'infra/**/run'], unpinned: unpinnedCommands },
  devcontainer: { files: ['.devcontainer/devcontainer.json'], unpinned: unpinnedDevcontainer },
  // Modules that others call state a range; the root modules choose.
  'Terraform root module': { files: ['infra/terraform/{live,bootstrap}/versions.tf'], unpinned: unpinnedProviders },
  'tflint plugin': { files: ['infra/terraform/*.tflint.hcl'], unpinned: (text) => notExact(text, /^\s*version\s*=\s*"(.*)"/gm) },
  'Helm chart': {
    files: ['infra/terraform/live/**/*.tfvars'],
    unpinned: (text) =>
      [...text.matchAll(/controller_charts\s*=\s*\{(.*)\}/g)].flatMap(([, charts = '']) => notExact(charts, /=\s*"(.*?)"/g)),
  },
  'Kubernetes manifest': {
    files: ['deploy/**/*.yaml', 'infra/istio/**/*.yaml', 'packages/targets/manifests/*.yaml'],
    unpinned: unpinnedManifest,
  },
};
