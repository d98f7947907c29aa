import { createHash } from 'node:crypto';
import { Enums, Models, Serialize, SPDX, Spec, Types } from '@cyclonedx/cyclonedx-library';
import { type Part, referenceOf } from './part.ts';

/** What a bill of materials is of. */
export interface Subject {
  readonly name: string;
  /** `sha256:…` of an image. */
  readonly digest?: string;
}

const PATH = 'mesh-platform:path';
const TYPES = {
  application: Enums.ComponentType.Application,
  library: Enums.ComponentType.Library,
  file: Enums.ComponentType.File,
} as const;
const ALGORITHMS = { 'SHA-256': Enums.HashAlgorithm['SHA-256'], 'SHA-512': Enums.HashAlgorithm['SHA-512'] } as const;

/** A bill of materials in CycloneDX 1.6 JSON; the same content gives the same bytes, so it has no time in it. https://cyclonedx.org/docs/1.6/json/ */
export function cyclonedx(subject: Subject, parts: readonly Part[]): string {
  const bom = new Models.Bom();
  const root = new Models.Component(Enums.ComponentType.Container, subject.name, { bomRef: 'subject', version: subject.digest });
  bom.metadata.component = root;
  const components = new Map(parts.map((part) => [referenceOf(part), componentOf(part)]));
  const used = new Set(parts.flatMap(({ uses = [] }) => uses));
  for (const part of parts) {
    const component = components.get(referenceOf(part));
    if (!component) continue;
    bom.components.add(component);
    if (!used.has(referenceOf(part))) root.dependencies.add(component.bomRef);
    for (const one of part.uses ?? []) component.dependencies.add(components.get(one)?.bomRef ?? component.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  const options = { sortLists: true, space: 2 };
  bom.serialNumber = serialNumberOf(serializer.serialize(bom, options));
  return `${serializer.serialize(bom, options)}\n`;
}

function componentOf(part: Part): Models.Component {
  const { type, name, version, purl, license, hash, cpe, paths } = part;
  const component = new Models.Component(TYPES[type], name, { bomRef: referenceOf(part), version, purl });
  if (license) component.licenses.add(licenseOf(license));
  if (hash) component.hashes.set(ALGORITHMS[hash.algorithm], hash.value);
  if (cpe && Types.isCPE(cpe)) component.cpe = cpe;
  for (const path of paths) component.properties.add(new Models.Property(PATH, `/${path}`));
  return component;
}

const licenseOf = (text: string): Models.License =>
  SPDX.isSupportedSpdxId(text)
    ? new Models.SpdxLicense(text)
    : / (?:OR|AND|WITH) /.test(text)
      ? new Models.LicenseExpression(text)
      : new Models.NamedLicense(text);

/** A UUID of version 8, whose bits are the content's hash. https://www.rfc-editor.org/rfc/rfc9562#section-5.8 */
function serialNumberOf(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
