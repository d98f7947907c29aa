/** What to do where a CEL rule of Istio's CRDs fails, by the message of the rule. */
const HINTS: Readonly<Record<string, string>> = {
  'Address is required': 'write address, or the network through whose gateway the workload is reached',
  'CIDR addresses are allowed only for NONE/STATIC resolution types': 'write single addresses, or resolution: STATIC',
  'Cannot set serviceAccounts with namespaces or principals': 'write serviceAccounts as namespace/name, without namespaces and principals',
  'DNS_ROUND_ROBIN mode cannot have multiple endpoints': 'keep one endpoint, or write resolution: DNS',
  'NONE mode cannot set endpoints': 'write resolution: STATIC for IP addresses, or DNS for names; or remove endpoints',
  'UDS may not be a dir': 'write the path of the socket, without / at the end',
  'UDS may not include ports': 'remove ports: a Unix socket has none',
  'UDS must be an absolute path or abstract socket': 'write unix:///path/to/socket or unix://@name',
  'cross namespace referencing is not currently supported': 'remove namespace: a policy is attached to objects of its own namespace',
  'exactly one of wasm or lua must be set': 'keep one of wasm and lua',
  'hostname cannot be wildcard': 'write hosts such as *.example.com',
  'key must not be empty': 'name the label',
  'must be a valid duration greater than 1ms': 'write a number with ms, s, m or h, such as 600ms or 1m30s; at least 1ms',
  'only one of WorkloadSelector or Endpoints can be set': 'keep workloadSelector or endpoints',
  'only one of credentialName or credentialNames can be set': 'keep credentialName or credentialNames',
  'only one of credentialName or tlsCertificates can be set': 'keep credentialNames or tlsCertificates',
  'only one of credentialNames or tlsCertificates can be set': 'keep credentialNames or tlsCertificates',
  'only one of jwks or jwksUri can be set': 'keep jwks or jwksUri',
  'only one of targetRefs or selector can be set': 'keep targetRefs or selector',
  'only one of targetRefs or workloadSelector can be set': 'keep targetRefs or workloadSelector',
  'only support waypointMatch when context is WAYPOINT': 'write context: WAYPOINT with waypoint, or another match with another context',
  'port must be between 1-65535': 'write a port from 1 to 65535',
  'port name must be valid': 'name the port with at most 62 letters, digits and -',
  'port number cannot be duplicated': 'write each port number once',
  'portLevelMtls requires selector': 'write selector.matchLabels: ports are those of selected workloads',
  'scheme must be one of [HTTP, HTTPS]': 'write HTTP or HTTPS',
  'url must have schema one of [http, https, file, oci]': 'write oci://registry/image:tag, https://host/file.wasm or file:///path',
  'url must have scheme http:// or https://': 'write https://host/path',
  'value may only be set when valueFrom is INLINE': 'remove value, or write valueFrom: INLINE',
  'value must be set when operation is UPSERT': 'write value, or operation: REMOVE',
  'value must not be set when operation is REMOVE': 'remove value, or write operation: UPSERT',
  'wildcard is not supported in selector': 'write the whole value of the label',
  'wildcard not allowed in label key match': 'write the whole name of the label',
  'wildcard not allowed in label value match': 'write the whole value of the label',
};

/** The fix where a CEL rule fails. A test compares the rules with the CRDs' own. */
export const celHint = (message: string): string =>
  Object.hasOwn(HINTS, message) ? String(HINTS[message]) : 'see the field in the reference of Istio';

export const hintedRules = Object.keys(HINTS);
