/** Nobody on this platform can show it, and why. */
export interface Missing {
  /** `no service on the route from the gateway has two versions` */
  readonly missing: string;
}

/** Whether nobody was found. */
export const isMissing = (found: object): found is Missing => 'missing' in found;
