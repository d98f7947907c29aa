import type { HttpRoute } from '../../../model/virtual-services.ts';

/** `route 'create'`, or `the route at spec.http[1]` where it has no name. */
export const describeRoute = ({ name, path }: HttpRoute): string => (name ? `route '${name}'` : `the route at ${path}`);

/** Whether a route sends requests to pods, instead of answering itself or handing on to another VirtualService. */
export const forwards = ({ redirects, delegate, destinations }: HttpRoute): boolean =>
  !redirects && delegate === undefined && destinations.length > 0;
