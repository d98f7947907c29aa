import { load } from 'js-yaml';
import { isPinnedImage } from './unpinned.ts';
import { unpinnedCommands } from './unpinned-commands.ts';

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly 'runs-on'?: string;
        readonly container?: string | { readonly image: string };
        readonly services?: Readonly<Record<string, { readonly image: string }>>;
        readonly steps?: readonly { readonly uses?: string; readonly run?: string }[];
      }
    >
  >;
}

export function unpinnedWorkflow(text: string): readonly string[] {
  return Object.values((load(text) as Workflow).jobs).flatMap(({ 'runs-on': runner = '', container, services = {}, steps = [] }) => {
    const images = [typeof container === 'string' ? container : container?.image, ...Object.values(services).map(({ image }) => image)];
    return [
      ...(runner.includes('-latest') ? [`runs-on: ${runner}`] : []),
      ...images.filter((image) => image !== undefined && !isPinnedImage(image)).map((image) => `image: ${image}`),
      ...steps.flatMap(({ uses }) => (uses && !/^\.\/|@[0-9a-f]{40}$/.test(uses) ? [`uses: ${uses}`] : [])),
      ...steps.flatMap(({ run = '' }) => [...unpinnedCommands(run), ...unpinnedBuildArguments(run)]),
    ];
  });
}

const unpinnedBuildArguments = (run: string): readonly string[] =>
  [...run.matchAll(/--build-arg BASE=(\S+)/g)].filter(([, image = '']) => !isPinnedImage(image)).map(([found]) => found);

/** Its comments stand on lines of their own. */
export function unpinnedDevcontainer(text: string): readonly string[] {
  const container = JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, '')) as Record<string, unknown>;
  const { image = '', features = {} } = container as { image?: string; features?: Record<string, unknown> };
  const commands = Object.entries(container).filter(([name, value]) => name.endsWith('Command') && typeof value === 'string');
  return [
    ...[image, ...Object.keys(features)].filter((reference) => !isPinnedImage(reference)),
    ...commands.flatMap(([, command]) => unpinnedCommands(String(command))),
  ];
}
