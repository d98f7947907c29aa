/** The full name of a host as an object in `namespace` writes it: `web` → `web.platform.svc.cluster.local`; a name with a dot is one already, and so is `*`. */
export const hostName = (host: string, namespace: string, domain = 'cluster.local'): string =>
  host.includes('.') || host === '*' ? host : `${host}.${namespace}.svc.${domain}`;
