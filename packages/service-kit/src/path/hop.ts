import { callerOf } from './caller.js';
import { headerOf, type IncomingHeaders } from './headers.js';

/** Injects the identity of this process. */
export const IDENTITY = Symbol('IDENTITY');

/** The service that answers, its version and its pod. */
export interface ServiceIdentity {
  service: string;
  version: string;
  pod: string;
}

/** One service on the path of a request. */
export interface Hop extends ServiceIdentity {
  /** The caller's SPIFFE identity as this service's own sidecar verified it; null without a sidecar. */
  caller: string | null;
  /** Which attempt this is, from 1. */
  attempts: number;
  /** Milliseconds since the request arrived. */
  ms: number;
}

/** This service's own hop; `startedAt` is the `performance.now()` of the request's arrival. */
export function hopOf(headers: IncomingHeaders, startedAt: number, identity: ServiceIdentity): Hop {
  return {
    service: identity.service,
    version: identity.version,
    pod: identity.pod,
    caller: callerOf(headerOf(headers, 'x-forwarded-client-cert')),
    attempts: attemptsOf(headers),
    ms: Math.round((performance.now() - startedAt) * 10) / 10,
  };
}

/** Which attempt of the caller's proxy this request is, from 1; 1 where no proxy counts. */
export function attemptsOf(headers: IncomingHeaders): number {
  const count = headerOf(headers, 'x-envoy-attempt-count') ?? '';
  return /^[1-9]\d{0,3}$/.test(count) ? Number(count) : 1;
}
