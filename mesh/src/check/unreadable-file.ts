import { basename, dirname } from 'node:path';
import { PlatformError } from '@mesh-platform/kubernetes';
import type { Check, Subject } from './check.ts';

interface Options extends ErrorOptions {
  readonly isOtherInput?: boolean;
}

/** Why a file is not read as Kubernetes objects; the message names file and line. */
export class UnreadableFile extends PlatformError {
  readonly file: string;
  readonly line: number;
  /** Without the place: `is not YAML: …`. */
  readonly reason: string;
  /** It is the input of another tool, such as a Helm template, and not meant for kubectl. */
  readonly isOtherInput: boolean;

  constructor(file: string, line: number, reason: string, hint: string, { isOtherInput = false, ...options }: Options = {}) {
    super(`${file}:${line} ${reason}`, hint, options);
    this.file = file;
    this.line = line;
    this.reason = reason;
    this.isOtherInput = isOtherInput;
  }
}

const HELM = 'check what Helm renders: helm template CHART >rendered.yaml';
const TEMPLATE = /\{\{/;
const OF_A_CHART = /^(Chart|values.*)\.ya?ml$/;
const KUSTOMIZATION = /^(kustomization\.ya?ml|Kustomization)$/;

/** The reason where a file with an unreadable document is the input of Helm or kustomize; the given one else. */
export function withTool(unread: UnreadableFile, text: string): UnreadableFile {
  const { file, line, isOtherInput } = unread;
  const because = (reason: string, hint: string) => new UnreadableFile(file, line, reason, hint, { cause: unread, isOtherInput: true });
  if (TEMPLATE.test(text)) return because('is a Helm template', HELM);
  if (OF_A_CHART.test(basename(file))) return because('belongs to a Helm chart, and is no Kubernetes object', HELM);
  if (isOtherInput && KUSTOMIZATION.test(basename(file))) return because(NO_OBJECT_OF_KUSTOMIZE, kustomizeHint(file));
  return unread;
}

const NO_OBJECT_OF_KUSTOMIZE = 'is the input of kustomize, and no Kubernetes object';
const kustomizeHint = (file: string) => `check what kustomize builds: kustomize build ${dirname(file)} >built.yaml`;

/** Kustomizations have the form of an object, and no cluster knows them. */
export function refuseKustomization(apiVersion: string, file: string, line: number): void {
  if (/^kustomize\.config\.k8s\.io\//.test(apiVersion))
    throw new UnreadableFile(file, line, NO_OBJECT_OF_KUSTOMIZE, kustomizeHint(file), { isOtherInput: true });
}

/** Where no object is read, nothing was checked. */
const nothingChecked = (objects: Subject['objects']): { readonly severity?: 'error' } =>
  objects.length === 0 ? { severity: 'error' } : {};

const fileCheck = (code: string, isOtherInput: boolean, rest: Pick<Check, 'title' | 'severity'>): Check => ({
  code,
  ...rest,
  find: ({ objects, unreadable = [] }) =>
    unreadable
      .filter((file) => file.isOtherInput === isOtherInput)
      .map(({ file, line, reason, hint }) => ({
        object: '',
        path: '',
        message: `the file ${reason}`,
        hint,
        file,
        line,
        ...nothingChecked(objects),
      })),
});

/** What is wrong with files as a whole. */
export const fileChecks: readonly Check[] = [
  fileCheck('MESH010', false, { title: 'a file is YAML or JSON of Kubernetes objects, as kubectl reads it' }),
  fileCheck('MESH011', true, { title: 'a file is not the input of another tool, such as Helm or kustomize', severity: 'warning' }),
];
