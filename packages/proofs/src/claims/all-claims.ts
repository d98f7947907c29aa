import type { Claim } from '../claim.ts';
import { discovery } from './discovery.claim.ts';
import { identity } from './identity.claim.ts';
import { impossibleVersion } from './impossible-version.claim.ts';
import { injection } from './injection.claim.ts';
import { istiodAway } from './istiod-away.claim.ts';
import { plainText } from './plain-text.claim.ts';
import { retries } from './retries.claim.ts';
import { timeouts } from './timeouts.claim.ts';
import { weights } from './weights.claim.ts';
import { wrongCaller } from './wrong-caller.claim.ts';

/** What the platform promises, in the order in which a person is shown it. */
export const allClaims: readonly Claim[] = [
  injection,
  identity,
  plainText,
  wrongCaller,
  discovery,
  retries,
  timeouts,
  ...([[80, 20], [50, 50], [0, 100]] as const).map(weights), // biome-ignore format: pairs
  impossibleVersion,
  istiodAway,
];
