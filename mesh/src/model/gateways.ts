import type { MeshObject } from '../object.ts';
import { type Labels, labels, records, texts } from './loose.ts';
import { type Named, named, specOf } from './named.ts';

export interface Gateway extends Named {
  /** `namespace/name` */
  readonly key: string;
  /** Of the pods that are this gateway. */
  readonly selector: Labels;
  /** Names that it answers to, without the namespaces that they are for. */
  readonly hosts: readonly string[];
}

export function readGateway(object: MeshObject): Gateway {
  const one = named(object);
  const spec = specOf(object);
  return {
    ...one,
    key: `${one.namespace}/${one.name}`,
    selector: labels(spec.selector),
    hosts: records(spec.servers).flatMap(({ hosts }) => texts(hosts).map((host) => host.slice(host.indexOf('/') + 1))),
  };
}
