import type { RolloutView, ServiceState, Share } from '../snapshot.ts';
import { h, instead, refill, setText } from './element.ts';
import type { Group } from './groups.ts';
import type { Page } from './page.ts';
import { count, percent, some, visible } from './words.ts';

/** Everything about the chosen service: weights, rollout, pods. */
export function drawDetails(parent: HTMLElement, service: ServiceState, page: Page): void {
  refill(parent, [service.name, service.shares.map(({ version }) => version), Boolean(service.rollout), page.settings], () => [
    h('h3', {}, service.name),
    h('p', { class: 'facts' }),
    service.shares.length > 1 ? weights(service, page) : undefined,
    service.shares.length > 1 ? h('div', { class: 'rollout' }) : undefined,
    h('section', { class: 'pods plain', tabindex: 0, 'aria-label': 'Pods' }),
  ]);
  const facts = parent.querySelector('.facts');
  const handshakes = service.pods.reduce((sum, pod) => sum + pod.handshakes, 0);
  const failed = service.pods.reduce((sum, pod) => sum + pod.failedHandshakes, 0);
  if (facts)
    setText(
      facts,
      service.kind === 'external'
        ? 'Outside of the mesh: its callers open connections to it.'
        : `${some(handshakes, 'mutual TLS handshake')} accepted, ${count(failed)} failed; ${count(service.refused)} refused by its policies.`,
    );
  updateShares(parent, service);
  const rollout = parent.querySelector<HTMLElement>('.rollout');
  if (rollout && service.rollout?.isOpen) drawRollout(rollout, service, page);
  else if (rollout) drawStart(rollout, service, page);
  const pods = parent.querySelector('.pods');
  if (pods) drawPods(pods, service);
}

/** The services of a group: `around` is called with the one that is chosen. */
export function drawGroup(parent: HTMLElement, { name, members }: Group, around: (name: string) => void): void {
  refill(parent, [name, members], () => [
    h('h3', {}, name),
    h('p', { class: 'facts' }, 'Nothing is read of them until one is chosen.'),
    h('p', { class: 'replies' }, ...members.map((member) => h('button', { type: 'button', 'data-key': `around ${member}`, click: () => around(member) }, member))), // biome-ignore format: one list
  ]);
}

function weights(service: ServiceState, page: Page): HTMLElement {
  const { shares } = service;
  const inputs = new Map<string, HTMLInputElement>();
  const output = h('p', { role: 'status', class: 'answer' });
  const command = h('code', {});
  const check = h('button', { type: 'button', click: () => void plan() }, 'Check');
  const set = h('button', { type: 'button', class: 'primary', click: () => void change(), hidden: true }, 'Set these weights');
  const wanted = (): Record<string, number> => Object.fromEntries([...inputs].map(([version, input]) => [version, Number(input.value)]));
  const changed = (version: string): void => {
    const [first, second] = [...inputs.keys()];
    // Two versions share 100 %: what one gets, the other loses.
    const other = inputs.size === 2 ? inputs.get(version === first ? (second ?? '') : (first ?? '')) : undefined;
    if (other) other.value = String(100 - Number(inputs.get(version)?.value));
    show();
  };
  const show = (): void => {
    const sum = Object.values(wanted()).reduce((total, one) => total + one, 0);
    for (const input of inputs.values()) setText(input.nextElementSibling ?? output, `${Number(input.value)} %`);
    const words = Object.entries(wanted()).map(([version, one]) => `${version}=${one}`).join(' '); // biome-ignore format: one line
    setText(command, `./platform mesh split ${service.name} ${words}${page.settings.suffix}`);
    check.disabled = sum !== 100;
    set.hidden = true;
    setText(output, sum === 100 ? '' : `the weights add up to ${sum} %, not to 100 %`);
  };
  const plan = async (): Promise<void> => {
    const answer = await page.order<{ changes: readonly string[] }>(
      { action: 'plan split', service: service.name, weights: wanted() },
      output,
    );
    if (!answer) return;
    setText(output, answer.changes.length > 0 ? `This changes: ${answer.changes.join(', ')}.` : 'The mesh has these weights already.');
    set.hidden = answer.changes.length === 0 || page.settings.readOnly;
  };
  const change = async (): Promise<void> => {
    set.hidden = true;
    setText(output, 'Waiting until every proxy has them…');
    const answer = await page.order<{ milliseconds: number; proxies: number }>(
      { action: 'split', service: service.name, weights: wanted() },
      output,
    );
    if (answer) setText(output, `${some(answer.proxies, 'proxy', 'proxies')} had the weights after ${count(answer.milliseconds)} ms.`);
  };
  const rows = shares.map(({ version, weight }) => {
    const input = h('input', { type: 'range', min: 0, max: 100, step: 1, value: weight, id: `weight-${version}`, 'data-key': `weight ${version}`, input: () => changed(version) }); // biome-ignore format: one tag
    inputs.set(version, input);
    return h('div', { class: 'weight', 'data-version': version }, h('label', { for: `weight-${version}` }, version), input, h('output', {}), h('p', { class: 'share' })); // biome-ignore format: one row
  });
  show();
  return h(
    'form',
    { class: 'weights', submit: instead(() => {}) },
    h('h4', {}, 'Weights'),
    ...rows,
    h('div', { class: 'bar' }, check, set),
    output,
    h('p', { class: 'command' }, command),
  );
}

/** `set 20 %, measured 19.1 % of 1,204 answers: chance explains the difference` */
function shareInWords({ weight, answers, isExplained }: Share, total: number): string {
  if (isExplained === undefined) return `set ${weight} %, no answer since`;
  const why = isExplained
    ? 'chance explains the difference'
    : 'chance does not explain the difference: sessions that keep a version, or a route that names it, may';
  return `set ${weight} %, measured ${percent(answers, total)} of ${some(total, 'answer')}: ${why}`;
}

function updateShares(parent: HTMLElement, { shares, rollout }: ServiceState): void {
  const total = shares.reduce((sum, { answers }) => sum + answers, 0);
  for (const share of shares) {
    const line = parent.querySelector(`[data-version="${CSS.escape(share.version)}"] .share`);
    if (!line) continue;
    setText(line, shareInWords(share, total));
    line.className = share.isExplained === false ? 'share off' : 'share';
  }
  const form = parent.querySelector('.weights');
  const isLocked = rollout?.isOpen === true;
  if (form && form.classList.contains('locked') !== isLocked) {
    form.classList.toggle('locked', isLocked);
    for (const control of form.querySelectorAll<HTMLInputElement | HTMLButtonElement>('input, button')) control.disabled = isLocked;
  }
}

function drawRollout(parent: HTMLElement, service: ServiceState, page: Page): void {
  const { rollout, name } = service;
  if (!rollout) return;
  const { canary, weights: held } = rollout;
  refill(parent, ['open', canary, rollout.metrics.map((metric) => metric.name), page.settings], () => [
    h('h4', {}, `Rollout of ${canary}`),
    h('p', { class: 'phase', role: 'status' }),
    bar('harm', 'Evidence of harm: rolled back at the end of the bar'),
    bar('safety', 'Evidence of safety: next step at the end of the bar'),
    h('ul', { class: 'metrics' }, ...rollout.metrics.map((metric) => h('li', { 'data-metric': metric.name }))),
    page.settings.readOnly ? undefined : abortButton(name, canary, page),
    h('p', { class: 'command' }, h('code', {}, `./platform mesh rollout ${name} ${canary} --abort${page.settings.suffix}`)),
  ]);
  const phase = parent.querySelector('.phase');
  if (phase) setText(phase, phaseInWords(rollout, held));
  setBar(parent, 'harm', rollout.harm, rollout.harmLimit);
  setBar(parent, 'safety', rollout.safety, rollout.safetyLimit);
  for (const metric of rollout.metrics) {
    const line = parent.querySelector(`[data-metric="${CSS.escape(metric.name)}"]`);
    const of = ({ bad, requests }: { readonly bad: number; readonly requests: number }) => `${count(bad)} of ${count(requests)}`;
    if (line) setText(line, `${metric.name}: ${canary} ${of(metric.canary)}, ${rollout.baseline} ${of(metric.baseline)}`);
  }
}

const inWords = (weights: Readonly<Record<string, number>>): string =>
  Object.entries(weights).map(([version, one]) => `${version} ${one} %`).join(', '); // biome-ignore format: one line

function phaseInWords(rollout: RolloutView, held: Readonly<Record<string, number>>): string {
  const { phase, reason, step, steps, unattendedSeconds } = rollout;
  const state = unattendedSeconds === undefined ? phase : `unattended since ${some(unattendedSeconds, 'second')}`;
  return `${state}${reason ? `: ${visible(reason)}` : ''}; ${inWords(held)}; step ${step + 1} of ${steps.length}`;
}

const bar = (name: string, label: string): HTMLElement =>
  h('label', { class: 'evidence' }, `${label} `, h('meter', { 'data-bar': name, min: 0, max: 1, value: 0 }), h('span', {}));

/** Evidence multiplies, so its bar is logarithmic: half of it is the root of the limit. */
function setBar(parent: HTMLElement, name: string, value: number, limit: number): void {
  const meter = parent.querySelector<HTMLMeterElement>(`[data-bar="${name}"]`);
  if (!meter) return;
  meter.value = Math.min(1, Math.max(0, Math.log(Math.max(value, 1)) / Math.log(limit)));
  setText(meter.nextElementSibling ?? meter, ` ${value >= 100 ? count(Math.round(value)) : value.toPrecision(2)} of ${limit}`);
}

const abortButton = (service: string, version: string, page: Page): HTMLElement => {
  const answer = h('span', { role: 'status' });
  return h(
    'p',
    {},
    h('button', { type: 'button', 'data-key': 'abort', click: () => void page.order({ action: 'abort rollout', service, version }, answer) }, 'Abort: back to the weights before it'),
    answer,
  ); // biome-ignore format: one button
};

function drawStart(parent: HTMLElement, { name, shares, rollout }: ServiceState, page: Page): void {
  refill(parent, ['start', shares.map(({ version }) => version), rollout?.phase, rollout?.reason, page.settings], () => {
    const select = h(
      'select',
      { id: 'canary', change: () => show() },
      ...shares.map(({ version }) => h('option', { value: version }, version)),
    );
    select.selectedIndex = shares.length - 1;
    const command = h('code', {});
    const answer = h('p', { role: 'status' });
    const show = (): void => setText(command, `./platform mesh rollout ${name} ${select.value}${page.settings.suffix}`);
    const start = async (): Promise<void> => {
      setText(answer, 'Starting…');
      if (await page.order({ action: 'start rollout', service: name, version: select.value }, answer)) setText(answer, '');
    };
    show();
    return [
      h('h4', {}, 'Rollout'),
      rollout
        ? h(
            'p',
            { class: 'last' },
            `The last one, of ${rollout.canary}: ${rollout.phase}${rollout.reason ? `, ${visible(rollout.reason)}` : ''}.`,
          )
        : undefined,
      h('div', { class: 'bar' }, h('label', { for: 'canary' }, 'Version '), select, !page.settings.readOnly && h('button', { type: 'button', click: () => void start() }, 'Start a rollout')), // biome-ignore format: one bar
      answer,
      h('p', { class: 'command' }, command),
    ];
  });
}

function drawPods(parent: Element, { pods, kind }: ServiceState): void {
  const rows = pods.map(({ pod, version, ready, restarts, connected }) => [
    pod,
    version,
    ready ? 'ready' : 'not ready',
    count(restarts),
    connected === undefined ? 'does not answer' : connected ? 'connected' : 'not connected',
  ]);
  refill(parent, rows, () =>
    kind === 'external'
      ? []
      : [
          h('table', {}, h('caption', {}, 'Pods'), h('thead', {}, h('tr', {}, ...['Pod', 'Version', 'State', 'Restarts', 'Proxy'].map((name) => h('th', { scope: 'col' }, name)))), h('tbody', {}, ...rows.map((cells) => h('tr', {}, ...cells.map((text) => h('td', {}, text)))))), // biome-ignore format: one table
          rows.length === 0 ? h('p', { class: 'off' }, 'No pod.') : undefined,
        ],
  );
}
