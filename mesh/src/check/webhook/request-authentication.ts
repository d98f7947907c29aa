import type { JwtRule, RequestAuthentication } from '../../kinds.ts';
import { field, items } from '../schema/violation.ts';
import { duration } from './durations.ts';
import { readKeys } from './jwks.ts';
import { broken, type Violations } from './rules.ts';
import { targets, workloadSelector } from './selectors.ts';

export function* requestAuthenticationViolations({ spec }: RequestAuthentication): Violations {
  yield* workloadSelector(spec.selector, 'spec.selector');
  yield* targets(spec);
  for (const [rule, at] of items(spec.jwtRules, 'spec.jwtRules')) yield* jwtRule(rule, at);
}

/** Empty names, and what excludes each other, are in the CRD's own rules. */
function* jwtRule({ issuer, jwks, jwksUri, jwks_uri, timeout }: JwtRule, path: string): Violations {
  if (!issuer && !jwksUri && !jwks_uri)
    yield broken('MESH175', path, 'it names neither an issuer nor a URI of keys', 'write issuer: the value of iss in the tokens');
  if (jwks) {
    const keys = readKeys(jwks);
    if (typeof keys === 'string')
      yield broken('MESH175', field(path, 'jwks'), `it is not a JSON Web Key Set: ${keys}`, 'paste the JSON of the issuer’s jwks_uri');
    else if (keys.some(({ isPrivate }) => isPrivate))
      yield broken(
        'MESH196',
        field(path, 'jwks'),
        'it contains a private key, which anybody who reads the object can sign tokens with',
        'keep only public keys, and revoke this one',
      );
  }
  yield* duration(timeout, field(path, 'timeout'));
}
