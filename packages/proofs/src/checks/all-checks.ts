import type { Check } from '../check.ts';
import { discovery } from './discovery.check.ts';
import { identity } from './identity.check.ts';
import { impossibleVersion } from './impossible-version.check.ts';
import { injection } from './injection.check.ts';
import { istiodUnavailable } from './istiod-unavailable.check.ts';
import { plainText } from './plain-text.check.ts';
import { retries } from './retries.check.ts';
import { rollout } from './rollout.check.ts';
import { timeouts } from './timeouts.check.ts';
import { weights } from './weights.check.ts';
import { wrongCaller } from './wrong-caller.check.ts';

/** The platform's promises, in the order of the tour. */
export const allChecks: readonly Check[] = [
  injection,
  identity,
  plainText,
  wrongCaller,
  discovery,
  retries,
  timeouts,
  ...([[80, 20], [50, 50], [0, 100]] as const).map(weights), // biome-ignore format: pairs
  rollout,
  impossibleVersion,
  istiodUnavailable,
];
