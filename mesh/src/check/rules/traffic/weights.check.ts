import type { Destination } from '../../../model/virtual-services.ts';
import { rule } from '../rule.ts';

const WHOLE = 100;

/** Undefined where a route needs no weights: one destination that names none. */
function sumOfWeights(destinations: readonly Destination[]): number | undefined {
  const weights = destinations.map(({ weight }) => weight);
  if (weights.length === 0 || (weights.length === 1 && weights[0] === undefined)) return undefined;
  return weights.reduce<number>((sum, weight) => sum + (weight ?? 0), 0);
}

export const weights = rule({
  code: 'MESH205',
  title: 'the weights of a route add up to 100',
  otherwise: 'Istio divides each by their sum, and the weights are not what people read',
  hint: 'write whole percents that add up to 100',
  find: ({ virtualServices }) =>
    virtualServices.flatMap((at) =>
      [...at.http, ...at.plain].flatMap(({ destinations, path }) => {
        const sum = sumOfWeights(destinations);
        if (sum === undefined || sum === WHOLE) return [];
        const written = destinations.map(({ weight }) => weight ?? 'none').join(' + ');
        return [{ at, path: `${path}.route`, message: `the weights ${written} add up to ${sum}` }];
      }),
    ),
});
