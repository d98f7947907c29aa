/** The weights of a service in percents, by version. */
export type Percents = Readonly<Record<string, number>>;
/** The weights of services, by name. */
export type WeightsByService = Readonly<Record<string, Percents>>;

type Variables = Readonly<Record<string, string | undefined>>;

/** Where the gateway answers. */
export const baseUrlOf = ({ BASE_URL = 'http://127.0.0.1:30080' }: Variables): string => BASE_URL.replace(/\/+$/, '');

/** A number above 0 from a variable; throws with its name where it is none. */
export function numberOf(variables: Variables, name: string, otherwise: number): number {
  const given = variables[name];
  const value = given === undefined || given === '' ? otherwise : Number(given);
  if (!(value > 0 && Number.isFinite(value))) throw new Error(`${name} must be a number above 0`);
  return value;
}

const SERVICE = /^([a-z0-9-]+)=((?:[a-z0-9-]+:\d{1,3},?)+)$/;

/** Reads `preview=v1:80,v2:20;web=v1:100`; throws where it does not fit, and where weights do not add up to 100. */
export function readWeights(name: string, text: string): WeightsByService {
  return Object.fromEntries(
    text.split(';').map((entry): [string, Percents] => {
      const [, service = '', list] = SERVICE.exec(entry.trim()) ?? [];
      if (list === undefined) throw new Error(`${name}: '${entry}' is not like preview=v1:80,v2:20`);
      const pairs = list
        .split(',')
        .filter(Boolean)
        .map((pair) => pair.split(':'));
      const percents = Object.fromEntries(pairs.map(([version = '', percent]) => [version, Number(percent)]));
      if (Object.values(percents).reduce((sum, percent) => sum + percent, 0) !== 100) throw new Error(`${name}: '${entry}' is not 100 %`);
      return [service, percents];
    }),
  );
}

/** A message for each service whose running weights are not the expected ones. */
export const differences = (expected: WeightsByService, running: WeightsByService): string[] =>
  Object.entries(running).flatMap(([service, percents]) => {
    const wanted = expected[service];
    const versions = [...new Set([...Object.keys(percents), ...Object.keys(wanted ?? {})])];
    const differs = wanted && versions.some((version) => (percents[version] ?? 0) !== (wanted[version] ?? 0));
    return differs ? [`the running VirtualService gives ${service} ${inWords(percents)}, and ${inWords(wanted)} is expected`] : [];
  });

const inWords = (percents: Percents): string => Object.entries(percents).map((pair) => pair.join('=')).join(' '); // biome-ignore format: one line
