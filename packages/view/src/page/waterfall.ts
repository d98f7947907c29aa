import type { RequestHop, RequestRecord, RequestSpan } from '../snapshot.ts';
import { h, svg } from './element.ts';
import { count, duration, visible } from './words.ts';

/** One piece of a request: a line of a proxy, or a span of a service. */
export interface Piece {
  readonly by: 'proxy' | 'service';
  readonly what: string;
  readonly result: string;
  readonly message?: string;
  readonly isOff: boolean;
  /** Milliseconds since the request began. */
  readonly after: number;
  readonly milliseconds: number;
}

/**
 * The pieces of a request in the order of travel: of each service what its proxy accepted, each attempt with what the
 * service did for it, then what its proxy sent on.
 */
export function piecesOf({ hops, spans }: RequestRecord): readonly Piece[] {
  const begin = Math.min(...[...hops, ...spans].map(({ startedAt }) => startedAt));
  const serviceOf = ({ at }: RequestHop): string => at.split(' ')[0] ?? at;
  const services = new Set([...hops.map(serviceOf), ...spans.map(({ service }) => service)]);
  return [...services].flatMap((service) => {
    const own = hops.filter((hop) => serviceOf(hop) === service);
    const [incoming, outgoing] = [own.filter(isInbound), own.filter((hop) => !isInbound(hop))];
    const work = spans.filter((span) => span.service === service);
    const servers = work.filter(({ kind }) => kind === 'server');
    const attempts = Map.groupBy(servers, (server) => incoming.findLast(({ startedAt }) => startedAt <= server.startedAt + CLOCK_MS));
    const callsOf = Map.groupBy(work.filter(({ kind }) => kind === 'client'), ({ parent }) => servers.find(({ id }) => id === parent)); // biome-ignore format: one map
    const answered = (of: readonly RequestSpan[] = []) => of.flatMap((server) => [server, ...(callsOf.get(server) ?? [])]);
    const spanPieces = (of: readonly RequestSpan[]) => of.map((span) => spanPiece(span, begin));
    return [
      ...incoming.flatMap((hop) => [hopPiece(hop, begin), ...spanPieces(answered(attempts.get(hop)))]),
      ...spanPieces([...answered(attempts.get(undefined)), ...(callsOf.get(undefined) ?? [])]),
      ...outgoing.map((hop) => hopPiece(hop, begin)),
    ];
  });
}

/** A proxy logs whole milliseconds. */
const CLOCK_MS = 1;

const isInbound = ({ direction }: RequestHop): boolean => direction === 'inbound';

const hopPiece = (hop: RequestHop, begin: number): Piece => ({
  by: 'proxy',
  what: isInbound(hop) ? `${hop.at} is called` : `${hop.at} → ${hop.callee ?? 'unknown'}`,
  result: [hop.status, ...(hop.attempts > 1 ? [`${count(hop.attempts)} attempts`] : [])].join(', '),
  ...(hop.message === undefined ? {} : { message: hop.message }),
  isOff: hop.message !== undefined,
  after: hop.startedAt - begin,
  milliseconds: hop.milliseconds,
});

const spanPiece = ({ service, version, kind, name, status, failure, attempt, startedAt, milliseconds }: RequestSpan, begin: number): Piece => ({
  by: 'service',
  what: kind === 'server' ? `${service} ${version} answers ${name}` : `${service} ${version} calls ${name}`,
  result: [status ?? failure ?? '', ...(attempt === undefined ? [] : [`attempt ${count(attempt)}`])].filter(Boolean).join(', '),
  isOff: failure !== undefined,
  after: startedAt - begin,
  milliseconds,
}); // biome-ignore format: as hopPiece

/** A request as a waterfall: each piece with its result and when it ran. The list is complete without the bars. */
export function waterfall(record: RequestRecord): HTMLElement {
  const pieces = piecesOf(record);
  const total = Math.max(1, ...pieces.map(({ after, milliseconds }) => after + milliseconds));
  return h('ol', { class: 'hops' }, ...pieces.map((piece) => pieceItem(piece, total)));
}

function pieceItem({ by, what, result, message, isOff, after, milliseconds }: Piece, total: number): HTMLElement {
  return h(
    'li',
    { class: isOff ? `${by} off` : by },
    h('span', { class: 'what' }, h('span', { class: 'by' }, by), ` ${visible(what)} `),
    h('span', { class: 'result' }, h('strong', {}, visible(result)), ` ${duration(milliseconds)}`),
    svg(
      'svg',
      { viewBox: '0 0 100 1', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('rect', { x: (100 * Math.max(0, after)) / total, width: Math.max(0.6, (100 * milliseconds) / total), height: 1 }),
    ),
    message === undefined ? undefined : h('span', { class: 'message' }, visible(message)),
  );
}
