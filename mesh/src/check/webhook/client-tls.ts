import type { ClientTls } from '../../kinds.ts';
import { field } from '../schema/violation.ts';
import { broken, type Violations } from './rules.ts';

const CONFIG_MAP = 'configmap://';

/** How a caller's proxy encrypts. The certificates of `ISTIO_MUTUAL` are Istio's own. */
export function* clientTls(tls: ClientTls, namespace: string, path: string): Violations {
  const { mode, credentialName = '', clientCertificate, privateKey, caCertificates, caCrl, subjectAltNames } = tls;
  if (credentialName.startsWith(CONFIG_MAP)) yield* configMap(credentialName, namespace, field(path, 'credentialName'));
  const given = (names: readonly (keyof ClientTls)[]) => names.filter((name) => tls[name]);
  if (tls.insecureSkipVerify && (mode === 'SIMPLE' || mode === 'MUTUAL')) {
    const verified = mode === 'SIMPLE' ? (['caCertificates', 'credentialName'] as const) : (['caCertificates'] as const);
    const names = [...given(verified), ...(subjectAltNames ? ['subjectAltNames'] : [])];
    if (names.length > 0)
      yield broken('MESH135', path, `nothing is verified, so ${names.join(', ')} is not read`, 'remove insecureSkipVerify');
  }
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL') return;
  if (credentialName && (clientCertificate || privateKey || caCertificates || caCrl))
    yield broken('MESH135', path, 'certificates come from a secret and from files', 'keep credentialName, or the files');
  if (mode === 'SIMPLE' || credentialName) return;
  for (const name of ['clientCertificate', 'privateKey'] as const)
    if (!tls[name]) yield broken('MESH135', field(path, name), `MUTUAL needs it`, `write ${name}, or credentialName`);
}

function* configMap(reference: string, namespace: string, path: string): Violations {
  const [owner, name] = reference.slice(CONFIG_MAP.length).split('/');
  if (owner !== namespace || !name)
    yield broken('MESH135', path, `'${reference}' is no ConfigMap of the namespace`, `write ${CONFIG_MAP}${namespace}/name`);
}
