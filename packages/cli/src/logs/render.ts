import { styleText } from 'node:util';
import type { Failure, Hop } from './failures.ts';
import { describeServiceLine, type ServiceLine, stacksOf } from './service-line.ts';

type Format = Parameters<typeof styleText>[0];
/** Colours on a terminal: `styleText` respects NO_COLOR, FORCE_COLOR and whether the stream is a terminal. */
const paint = (format: Format, text: string): string => styleText(format, text, { stream: process.stdout });

const SERVICE_COLOURS = ['cyan', 'green', 'magenta', 'yellow', 'blue', 'cyanBright', 'greenBright', 'magentaBright'] as const;
const LEVEL_FORMATS: Readonly<Record<string, Format>> = {
  warn: 'yellow',
  error: 'red',
  fatal: ['red', 'bold'],
  debug: 'gray',
  trace: 'gray',
};

/** Each service has one colour, the same in every run. */
const serviceColour = (service: string): (typeof SERVICE_COLOURS)[number] =>
  SERVICE_COLOURS[[...service].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % SERVICE_COLOURS.length] ?? 'cyan';

const nameOf = (service: string, version: string): string => (version ? `${service} ${version}` : service);

/** A line or a failure for a program: an object on a line, its time as text. */
export const renderJson = <T extends { readonly time: number }>(value: T): string =>
  `${JSON.stringify({ ...value, time: new Date(value.time).toISOString() })}\n`;

/** `14:03:05.120  web v1      info   request  method=GET …`; the stack of an error follows on lines of its own. */
export function renderLine(line: ServiceLine): string {
  const id = line.requestId ? paint('gray', `  request=${line.requestId}`) : '';
  return `${columns(line)}${id}\n${paint('gray', stacksOf(line).replace(/^(?=.)/gm, '    '))}${stacksOf(line) ? '\n' : ''}`;
}

const columns = ({ time, service, version, level, ...line }: ServiceLine): string => {
  const name = paint(serviceColour(service), nameOf(service, version).padEnd(11));
  return `${clock(time)}  ${name} ${paint(LEVEL_FORMATS[level] ?? 'reset', level.padEnd(5))}  ${describeServiceLine(line)}`;
};

/** A failure with its route through the mesh, the lines of the services, and the hint. */
export function renderFailure(failure: Failure): string {
  const { time, what, status, durationMs, requestId, recovered, cause, hops, lines, count } = failure;
  const outcome = recovered ? paint('yellow', `${status}, recovered`) : paint('red', status ? String(status) : 'closed');
  const id = requestId ? `  request ${requestId}` : count > 1 ? `  ${count} times` : '';
  return [
    `${clock(time)}  ${paint('bold', what)}  ${outcome} after ${durationMs} ms${paint('gray', id)}`,
    ...hops.map((hop) => `  ${hop.explanation ? paint('red', '✗') : '✓'} ${renderHop(hop)}`),
    ...lines.map((line) => `      ${columns(line)}`),
    `  ${paint('bold', 'why')}  ${cause.message}`,
    `  ${paint('bold', '→')}    ${cause.hint}`,
    '',
    '',
  ].join('\n');
}

function renderHop({ service, version, direction, callee, status, grpcStatus, flags, attempts, durationMs, explanation }: Hop): string {
  const name = paint(serviceColour(service), nameOf(service, version));
  const way = direction === 'outbound' ? `${name} → ${callee ?? '?'}` : `${name} answers`;
  const words = [status || 'closed', grpcStatus, flags.join(), attempts > 1 && `${attempts} attempts`, `${durationMs} ms`];
  return `${way}  ${words.filter(Boolean).join(' ')}${explanation ? `  ${explanation.message}` : ''}`;
}

const clock = (time: number): string => paint('gray', new Date(time).toISOString().slice(11, 23));
