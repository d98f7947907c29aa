import { hostOf } from '../names.ts';
import type { MeshObject } from '../object.ts';
import {
  annotationOf,
  type Fields,
  given,
  type Labels,
  labels,
  type Named,
  named,
  number,
  records,
  specOf,
  text,
  texts,
} from './fields.ts';
import { type PortProtocol, protocolOf, protocolOfName } from './protocol.ts';

export interface HostPort {
  readonly number: number;
  readonly name: string;
  /** Of a ServiceEntry, its `protocol`. */
  readonly appProtocol?: string;
  readonly protocol: PortProtocol;
  /** The port of the pods: a number, or the name of one. */
  readonly targetPort: number | string;
  /** The path in its object. */
  readonly path: string;
}

/** Something that can be called by name: a Service, or what a ServiceEntry adds. */
export interface Host extends Named {
  /** Full names; those of a ServiceEntry may begin with `*`. */
  readonly hosts: readonly string[];
  readonly ports: readonly HostPort[];
  /** Of the pods behind it; undefined where it has none that Kubernetes selects. */
  readonly selector?: Labels;
  readonly exportTo: readonly string[];
  readonly isService: boolean;
  /** Of a ServiceEntry. */
  readonly resolution?: string;
}

export function readService(object: MeshObject): Host {
  const spec = specOf(object);
  const one = named(object);
  const selector = labels(spec.selector);
  return {
    ...one,
    hosts: [hostOf(one, one.name)],
    ports: records(spec.ports).map((port, index) => readPort(port, `spec.ports[${index}]`)),
    ...(selector.size > 0 ? { selector } : {}),
    exportTo: splitList(annotationOf(object, 'networking.istio.io/exportTo')),
    isService: true,
  };
}

export function readServiceEntry(object: MeshObject): Host {
  const spec = specOf(object);
  const selector = labels((spec.workloadSelector as Fields | undefined)?.labels);
  return {
    ...named(object),
    hosts: texts(spec.hosts),
    ports: records(spec.ports).map((port, index) => readEntryPort(port, `spec.ports[${index}]`)),
    ...(selector.size > 0 ? { selector } : {}),
    exportTo: texts(spec.exportTo),
    isService: false,
    resolution: text(spec.resolution) ?? 'NONE',
  };
}

export const splitList = (words: string | undefined): readonly string[] =>
  (words ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

function readPort(port: Fields, path: string): HostPort {
  const name = text(port.name) ?? '';
  const appProtocol = text(port.appProtocol);
  const portNumber = number(port.port) ?? 0;
  const target = number(port.targetPort) ?? text(port.targetPort) ?? portNumber;
  return {
    number: portNumber,
    name,
    ...given({ appProtocol }),
    protocol: protocolOf({ name, appProtocol, number: portNumber, udp: port.protocol === 'UDP' }),
    targetPort: target,
    path,
  };
}

function readEntryPort(port: Fields, path: string): HostPort {
  const name = text(port.name) ?? '';
  const protocol = text(port.protocol);
  return {
    number: number(port.number) ?? 0,
    name,
    ...given({ appProtocol: protocol }),
    protocol: protocolOfName(protocol || name),
    targetPort: number(port.targetPort) ?? number(port.number) ?? 0,
    path,
  };
}
