import type { ServerTls } from '../../kinds.ts';
import { field, item } from '../schema/violation.ts';
import { broken, type Violations } from './rules.ts';

/** https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings */
const CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
  'DES-CBC3-SHA',
];

const PASSTHROUGH = ['PASSTHROUGH', 'AUTO_PASSTHROUGH'];
const OWN = ['serverCertificate', 'privateKey', 'caCertificates', 'tlsCertificates', 'credentialName', 'credentialNames'] as const;
type Own = (typeof OWN)[number];

const isGiven = (tls: ServerTls, name: Own): boolean => (tls[name]?.length ?? 0) > 0;

/** How a listener decrypts: the certificates that its mode needs, from one source. */
export function* serverTls(tls: ServerTls, path: string): Violations {
  const { mode = 'PASSTHROUGH', caCrl, credentialName } = tls;
  yield* versionsAndCiphers(tls, path);
  const given = OWN.filter((name) => isGiven(tls, name));
  if (mode === 'ISTIO_MUTUAL') {
    for (const name of given) yield broken('MESH154', field(path, name), 'ISTIO_MUTUAL uses certificates of Istio', 'remove it');
    return;
  }
  if (PASSTHROUGH.includes(mode) && (caCrl || given.length > 0))
    yield broken('MESH194', path, `${mode} decrypts nothing and ignores certificates`, 'write mode: SIMPLE, or remove the certificates');
  yield* oneSource(tls, path);
  if (!PASSTHROUGH.includes(mode)) {
    if (isGiven(tls, 'credentialName') || isGiven(tls, 'credentialNames')) return;
    yield* certificates(tls, mode, path);
  }
  if (caCrl && credentialName)
    yield broken('MESH154', field(path, 'caCrl'), 'it cannot be combined with credentialName', 'write the revocation list into the Secret');
  if (caCrl && mode === 'SIMPLE')
    yield broken('MESH154', field(path, 'caCrl'), 'SIMPLE verifies no client', 'write mode: MUTUAL, or remove it');
}

function* versionsAndCiphers({ minProtocolVersion = 'TLS_AUTO', cipherSuites = [] }: ServerTls, path: string): Violations {
  if (['TLSV1_0', 'TLSV1_1'].includes(minProtocolVersion) && cipherSuites.length === 0)
    yield broken(
      'MESH198',
      field(path, 'minProtocolVersion'),
      'the default ciphers are for TLS 1.2 and newer',
      'write TLSV1_2, or cipherSuites such as ECDHE-RSA-AES128-SHA',
    );
  for (const [index, cipher] of cipherSuites.entries()) {
    const at = item(field(path, 'cipherSuites'), index);
    if (!isCipher(cipher))
      yield broken('MESH194', at, `'${cipher}' is ignored: it is not a known cipher`, `write one of ${CIPHERS.join(', ')}`);
    else if (cipherSuites.indexOf(cipher) < index) yield broken('MESH194', at, `'${cipher}' is a duplicate`, 'remove one of the two');
  }
}

/** What begins with a sign is an expression, which Istio does not read. */
const isCipher = (cipher: string): boolean =>
  cipher === '' || cipher === 'ALL' || !/^[\p{L}\p{N}]/u.test(cipher) || CIPHERS.includes(cipher);

function* oneSource(tls: ServerTls, path: string): Violations {
  const sources = [
    ...(isGiven(tls, 'serverCertificate') && isGiven(tls, 'privateKey') ? ['serverCertificate and privateKey'] : []),
    ...(['credentialName', 'credentialNames', 'tlsCertificates'] as const).filter((name) => isGiven(tls, name)),
  ];
  if (sources.length > 1) yield broken('MESH154', path, `${sources.join(', ')} exclude each other`, 'keep one source of certificates');
}

function* certificates(tls: ServerTls, mode: string, path: string): Violations {
  if (mode !== 'SIMPLE' && !tls.caCertificates)
    yield broken('MESH154', field(path, 'caCertificates'), `${mode} needs it to verify clients`, 'write caCertificates, or credentialName');
  const listed = tls.tlsCertificates ?? [];
  const pairs =
    listed.length > 0 ? listed.map((pair, index) => [pair, item(field(path, 'tlsCertificates'), index)] as const) : [[tls, path] as const];
  for (const [pair, at] of pairs)
    for (const name of ['serverCertificate', 'privateKey'] as const)
      if (!pair[name]) yield broken('MESH154', field(at, name), `${mode} needs it`, `write credentialName, or ${name}`);
}
