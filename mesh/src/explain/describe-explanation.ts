import type { Explanation, Target } from './explanation.ts';

/** A few lines for people. */
export function describeExplanation({
  from,
  to,
  port,
  request,
  allowed,
  answer,
  why,
  route,
  targets,
  timeout,
  retries,
}: Explanation): string {
  const verdict = { yes: '✓ allowed', no: `✗ refused; ${from} sees ${answer}`, maybe: '? it depends' }[allowed];
  const limits =
    allowed === 'no'
      ? []
      : [
          `timeout  ${timeout ?? 'none'}`,
          `retries  ${retries ? `${retries.attempts}${retries.perTryTimeout ? `, each try at most ${retries.perTryTimeout},` : ''} on ${retries.on.join(', ')}` : 'none'}`,
        ];
  const lines = [
    `${from} → ${to}:${port}  ${request}`,
    `${verdict}: ${why}`,
    ...(route ? [`route    ${route.object}, ${route.name}`] : []),
    ...targets.map((target) => `to       ${describeTarget(target, allowed)}`),
    ...(request === 'a connection' ? [] : limits),
  ];
  return `${lines.join('\n  ')}\n`;
}

function describeTarget({ host, version, percent, admitted, by }: Target, allowed: Explanation['allowed']): string {
  const own = allowed === 'maybe' && by ? `, ${admitted === 'no' ? 'refused' : 'admitted'} by ${by}` : '';
  return `${[host, version].filter(Boolean).join(' ')}  ${percent} %${own}`;
}
