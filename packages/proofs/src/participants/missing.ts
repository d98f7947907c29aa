/** No service of this platform can show the check, and why. */
export interface Missing {
  /** `no service on the route from the gateway has two versions` */
  readonly missing: string;
}

/** Whether no participants were found. */
export const isMissing = (found: object): found is Missing => 'missing' in found;
