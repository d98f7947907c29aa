import type { Service } from '@mesh-platform/mesh';

/** The line of a service's patch with its callees for the path. */
const CALLEES = /(\{ name: CALLEES, value: ")([^"\n]*)(" \})/;

const listed = (text: string): readonly string[] => text.split(',').filter(Boolean);

/** The patch with another callee; unchanged where the service has its own client instead of `CALLEES`, or the callee has no path. */
export const withCallee = (patch: string, { name, protocol, port }: Pick<Service, 'name' | 'protocol' | 'port'>): string =>
  protocol === 'tcp'
    ? patch
    : changed(patch, (callees) => [...callees.filter((one) => !isOf(one, name)), `${name}=${protocol}://${name}:${port}`]);

/** The patch without it. */
export const withoutCallee = (patch: string, name: string): string =>
  changed(patch, (callees) => callees.filter((one) => !isOf(one, name)));

const isOf = (callee: string, name: string): boolean => callee.startsWith(`${name}=`);

const changed = (patch: string, change: (callees: readonly string[]) => readonly string[]): string =>
  patch.replace(CALLEES, (_, before: string, text: string, after: string) => `${before}${change(listed(text)).join(',')}${after}`);
