import { GATEWAY, type KubernetesObject } from '@mesh-platform/kubernetes';
import { passwordSecret } from '../postgres/clients-patch.ts';
import type { DatabaseClient } from '../topology/database-clients.ts';
import type { DeclaredSecret } from '../topology/declared-secrets.ts';
import { loginsOf, type Outputs } from './outputs.ts';

/** The Secret with the gateway's certificate, in the gateway's namespace. */
export const GATEWAY_SECRET = 'edge-tls';

/** What the objects are made for. */
export interface AwsPlace {
  readonly namespace: string;
  /** The services that call the database. */
  readonly clients: readonly DatabaseClient[];
  /** The random ones of the services. */
  readonly secrets: readonly DeclaredSecret[];
  /** PEM; whoever vouches for the database. */
  readonly authorities: string;
}

/** Objects for AWS, in addition to those that the mesh renders: the database's address and authorities, secrets, security groups, the edge. */
export const awsObjects = (outputs: Outputs, place: AwsPlace): readonly KubernetesObject[] => [
  databaseSettings(outputs, place),
  ...secretObjects(outputs, place),
  ...place.clients.map(({ service }) => securityGroups(outputs, place.namespace, service)),
  ...edge(outputs),
];

/** Where the database is and who vouches for it; no secret. */
export const databaseSettings = (
  { database }: Outputs,
  { namespace, authorities }: Pick<AwsPlace, 'namespace' | 'authorities'>,
): KubernetesObject =>
  object('v1', 'ConfigMap', 'database', namespace, {
    data: { host: database.host, port: `${database.port}`, name: database.database, 'authorities.pem': authorities },
  });

/** External Secrets writes the Secrets that services mount: the passwords from Secrets Manager, a random value made once in the cluster. */
function secretObjects(outputs: Outputs, { namespace, clients, secrets }: AwsPlace): readonly KubernetesObject[] {
  return [
    secretStore(outputs.region, namespace),
    ...clients.map(({ service }) =>
      object('external-secrets.io/v1', 'ExternalSecret', passwordSecret(service), namespace, {
        spec: {
          refreshInterval: '5m',
          secretStoreRef: { kind: 'SecretStore', name: 'aws' },
          target: { name: passwordSecret(service), creationPolicy: 'Owner' },
          // Whole for PGLOGIN_FILE; only the password for PGPASSWORD_FILE, which every environment has.
          data: [
            { secretKey: 'login', remoteRef: { key: loginsOf(outputs, service).active } },
            { secretKey: 'password', remoteRef: { key: loginsOf(outputs, service).active, property: 'password' } },
          ],
        },
      }),
    ),
    ...secrets.flatMap((secret) => generated(secret, namespace)),
  ];
}

function generated({ service, name, key }: DeclaredSecret, namespace: string): readonly KubernetesObject[] {
  const generator = name.replace(`${service}-`, '');
  return [
    object('generators.external-secrets.io/v1alpha1', 'Password', generator, namespace, {
      spec: { length: 64, symbols: 0, noUpper: false, allowRepeat: true },
    }),
    object('external-secrets.io/v1', 'ExternalSecret', name, namespace, {
      spec: {
        refreshInterval: '0s', // made once: another value makes what the service has signed with it invalid
        target: { name, template: { data: { [key]: '{{ .password }}' } } },
        dataFrom: [
          { sourceRef: { generatorRef: { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'Password', name: generator } } },
        ],
      },
    }),
  ];
}

/** Without credentials of its own: the controller has a role by Pod Identity, only for the database's secrets. */
export const secretStore = (region: string, namespace: string): KubernetesObject =>
  object('external-secrets.io/v1', 'SecretStore', 'aws', namespace, { spec: { provider: { aws: { service: 'SecretsManager', region } } } });

/** Only the clients' pods have the security group that the database admits, in addition to the group that every pod needs. */
const securityGroups = ({ database, node_security_group_id }: Outputs, namespace: string, client: string): KubernetesObject =>
  object('vpcresources.k8s.aws/v1beta1', 'SecurityGroupPolicy', client, namespace, {
    spec: {
      podSelector: { matchLabels: { app: client } },
      securityGroups: { groupIds: [database.client_security_group_id, node_security_group_id] },
    },
  });

/** The gateway's pods register with Terraform's target groups; between it and them TLS is the cluster's own affair. */
function edge({ edge: { url, target_group_arn, redirect_target_group_arn } }: Outputs): readonly KubernetesObject[] {
  return [
    object('cert-manager.io/v1', 'Issuer', 'edge', GATEWAY.namespace, { spec: { selfSigned: {} } }),
    object('cert-manager.io/v1', 'Certificate', 'edge', GATEWAY.namespace, {
      spec: {
        secretName: GATEWAY_SECRET,
        dnsNames: [new URL(url).hostname],
        issuerRef: { kind: 'Issuer', name: 'edge' },
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      },
    }),
    targets('gateway', target_group_arn, 443),
    targets('gateway-redirect', redirect_target_group_arn, 80),
  ];
}

const targets = (name: string, targetGroupARN: string, port: number): KubernetesObject =>
  object('elbv2.k8s.aws/v1beta1', 'TargetGroupBinding', name, GATEWAY.namespace, {
    spec: { targetGroupARN, targetType: 'ip', serviceRef: { name: GATEWAY.name, port } },
  });

/** A namespaced object of any kind. */
export const object = (apiVersion: string, kind: string, name: string, namespace: string, fields: object): KubernetesObject =>
  ({ apiVersion, kind, metadata: { name, namespace }, ...fields }) as KubernetesObject;
