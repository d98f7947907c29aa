import { isIP } from 'node:net';

/** A label of a DNS name, as Istio reads it: upper case is allowed. */
const LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const WILDCARD_LABEL = /^(?:\*|(?:\*|\*-)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/;
const MAX_LABEL = 63;
const MAX_DOMAIN = 255;

export const isDnsLabel = (text: string): boolean => text.length <= MAX_LABEL && LABEL.test(text);
const isWildcardLabel = (text: string): boolean => text.length <= MAX_LABEL && WILDCARD_LABEL.test(text);

/** Labels that a pod or proxy can have; of values Istio does not look at the length. */
const LABEL_KEY =
  /^(?:([a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*)\/)?((?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$/;
const LABEL_VALUE = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

export function isLabelKey(text: string): boolean {
  const [, prefix = '', name = ''] = LABEL_KEY.exec(text) ?? [];
  return name !== '' && name.length <= MAX_LABEL && prefix.length <= 253;
}
export const isLabelValue = (text: string): boolean => LABEL_VALUE.test(text);

/** A full stop may end a name; its last label is never a number. */
function areDomainLabels(domain: string): boolean {
  const labels = domain.split('.');
  const last = labels.at(-1) ?? '';
  if (/^[+-]?\d+$/.test(last)) return false;
  return labels.every((label, index) => isDnsLabel(label) || (label === '' && index === labels.length - 1));
}

const hasDomainLength = (domain: string) => domain !== '' && domain.length <= MAX_DOMAIN;

export const isDomain = (domain: string): boolean => hasDomainLength(domain) && areDomainLabels(domain);

/** A DNS name whose first label may be `*`, or begin with it. */
export function isWildcardDomain(domain: string): boolean {
  const dot = domain.indexOf('.');
  if (!hasDomainLength(domain)) return false;
  if (dot < 0) return isWildcardLabel(domain);
  return isWildcardLabel(domain.slice(0, dot)) && areDomainLabels(domain.slice(dot + 1));
}

/** A name that gateways make for `AUTO_PASSTHROUGH`: `outbound_.80_._.web.platform.svc.cluster.local`. */
export function isPassthroughName(domain: string): boolean {
  const [direction, port = '', , host] = domain.split('_');
  return hasDomainLength(domain) && direction === 'outbound' && /\d/.test(port) && host !== undefined && /[a-zA-Z]/.test(host);
}

export const isIpAddress = (text: string): boolean => isIP(text) !== 0;

/** `10.0.0.0/8` */
export function isIpRange(text: string): boolean {
  const slash = text.lastIndexOf('/');
  const [address, bits] = [text.slice(0, slash), text.slice(slash + 1)];
  return (
    slash > 0 &&
    !address.includes('%') &&
    isIpAddress(address) &&
    /^(?:0|[1-9]\d{0,2})$/.test(bits) &&
    Number(bits) <= (isIP(address) === 4 ? 32 : 128)
  );
}
