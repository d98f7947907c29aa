/** What k6 gives `handleSummary`, as far as the report reads it. */
export interface Summary {
  readonly metrics: Readonly<Record<string, Metric>>;
}
interface Metric {
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

/** Each crossed threshold, with its measurement. */
export const failuresOf = ({ metrics }: Summary): string[] =>
  Object.entries(metrics).flatMap(([name, { values, thresholds = {} }]) =>
    Object.entries(thresholds)
      .filter(([, { ok }]) => !ok)
      .map(([threshold]) => `${name}: threshold ${threshold} is crossed (${valuesInWords(values)})`),
  );

/** The result of handleSummary: text for the terminal and a self-contained page. `messages` are the failures that no threshold reports. */
export function reported(title: string, summary: Summary, messages: readonly string[], folder = '.'): Record<string, string> {
  const failures = [...messages, ...failuresOf(summary)];
  const passed = Object.values(summary.metrics)
    .flatMap(({ thresholds = {} }) => Object.values(thresholds))
    .filter(({ ok }) => ok).length;
  const words = [
    `${failures.length === 0 ? '✓' : '✗'} ${title}: ${passed} thresholds passed`,
    ...failures.map((failure) => `  ✗ ${failure}`),
  ];
  return {
    stdout: `${words.join('\n')}\n${measured(summary)}\n`,
    [`${folder}/${title}.html`]: page(title, summary, failures),
  };
}

const measured = ({ metrics }: Summary): string =>
  Object.entries(metrics)
    .filter(([, { thresholds }]) => thresholds)
    .map(([name, { values }]) => `  ${name}: ${valuesInWords(values)}`)
    .join('\n');

const valuesInWords = (values: Metric['values']): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${Number.isInteger(value) ? value : value.toFixed(2)}`)
    .join(', ');

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

function page(title: string, { metrics }: Summary, failures: readonly string[]): string {
  const rows = Object.entries(metrics).map(([name, { values, thresholds = {} }]) => {
    const verdicts = Object.entries(thresholds).map(([threshold, { ok }]) => `${ok ? '✓' : '✗'} ${threshold}`);
    return `<tr><th>${escaped(name)}</th><td>${escaped(valuesInWords(values))}</td><td>${escaped(verdicts.join(', '))}</td></tr>`;
  });
  const verdict =
    failures.length === 0 ? '<p>✓ every threshold passed</p>' : `<ul>${failures.map((one) => `<li>✗ ${escaped(one)}</li>`).join('')}</ul>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>body { font: 16px system-ui; margin: 2rem auto; max-width: 70rem } th { text-align: left } td, th { padding: .3rem .8rem; border-bottom: 1px solid #ccc }</style>
<h1>${escaped(title)}</h1>
${verdict}
<table><tr><th>metric</th><th>measured</th><th>thresholds</th></tr>
${rows.join('\n')}
</table>
</html>
`;
}
