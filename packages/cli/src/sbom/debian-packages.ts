/** A Debian package that dpkg has installed. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** The source package, where it has another name. */
  readonly source?: string;
}

/** Reads /var/lib/dpkg/status. https://www.debian.org/doc/debian-policy/ch-controlfields.html */
export const debianPackagesOf = (status: string): readonly DebianPackage[] =>
  status
    .split('\n\n')
    .map((paragraph) => (field: string) => new RegExp(`^${field}: (.*)$`, 'm').exec(paragraph)?.[1])
    .filter((field) => field('Status') === 'install ok installed')
    .map((field) => {
      const source = field('Source')?.split(' ')[0];
      return {
        name: field('Package') ?? '',
        version: field('Version') ?? '',
        architecture: field('Architecture') ?? '',
        ...(source ? { source } : {}),
      };
    });

/** A path in one form for dpkg's lists and the file system: /lib is a link to /usr/lib, and some lists still contain /lib. */
export const mergedUsr = (path: string): string => path.replace(/^\/?(?=(?:bin|sbin|lib\d*)\/)/, 'usr/').replace(/^\//, '');
