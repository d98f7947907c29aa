// Where each service stands: callers left of their callees. The graphs of declared calls are small and nearly without cycles.

/** Who calls whom. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The middle of each node. */
  readonly places: ReadonlyMap<string, Place>;
}

export const NODE = { width: 170, height: 58 } as const;
/** Between two layers, where the numbers of a call stand, and between two services of a layer. */
const GAP = { layers: 124, services: 40 } as const;
const MARGIN = 16;
/** The width that the numbers of a call need next to it. */
const NUMBERS = 70;
/** Rounds of moving each node towards the middle of its neighbours. */
const ROUNDS = 4;

/** Layers by the longest way from a service without a caller; within a layer near to the callers. `isNarrow`: from top to bottom. */
export function layOut(names: readonly string[], edges: readonly Edge[], isNarrow = false): Layout {
  const layers = layersOf(names, edges);
  for (let round = 0; round < ROUNDS; round++) sortLayers(layers, edges, round % 2 === 0);
  const most = Math.max(1, ...layers.map(({ length }) => length));
  const [along, across] = isNarrow ? [NODE.height, NODE.width] : [NODE.width, NODE.height];
  const length = 2 * MARGIN + layers.length * along + Math.max(0, layers.length - 1) * (isNarrow ? GAP.layers / 2 : GAP.layers);
  const breadth = 2 * MARGIN + most * across + (most - 1) * GAP.services;
  const places = new Map(
    layers.flatMap((layer, column) => {
      const taken = layer.length * across + (layer.length - 1) * GAP.services;
      return layer.map((name, row) => {
        const far = MARGIN + along / 2 + column * (along + (isNarrow ? GAP.layers / 2 : GAP.layers));
        const aside = (isNarrow ? NUMBERS : 0) + (breadth - taken) / 2 + across / 2 + row * (across + GAP.services);
        return [name, isNarrow ? { x: aside, y: far } : { x: far, y: aside }] as const;
      });
    }),
  );
  return { places, ...(isNarrow ? { width: breadth + 2 * NUMBERS, height: length } : { width: length, height: breadth }) };
}

function layersOf(names: readonly string[], edges: readonly Edge[]): string[][] {
  const depths = new Map<string, number>();
  const callersOf = Map.groupBy(edges, ({ to }) => to);
  const depthOf = (name: string, path: ReadonlySet<string>): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const callers = (callersOf.get(name) ?? []).filter(({ from }) => names.includes(from) && !path.has(from)); // a call that closes a cycle counts for nothing
    const depth = Math.max(0, ...callers.map(({ from }) => 1 + depthOf(from, new Set([...path, name]))));
    depths.set(name, depth);
    return depth;
  };
  const layers: string[][] = [];
  for (const name of names) {
    const depth = depthOf(name, new Set([name]));
    layers[depth] = [...(layers[depth] ?? []), name];
  }
  return Array.from(layers, (layer) => layer ?? []);
}

function sortLayers(layers: string[][], edges: readonly Edge[], forwards: boolean): void {
  const rowOf = new Map(layers.flatMap((layer) => layer.map((name, row) => [name, row - layer.length / 2] as const)));
  for (const layer of forwards ? layers : layers.toReversed()) {
    const middle = (name: string): number => {
      const near = edges.flatMap(({ from, to }) => (forwards && to === name ? [from] : !forwards && from === name ? [to] : []));
      const rows = near.flatMap((one) => rowOf.get(one) ?? []);
      return rows.length > 0 ? rows.reduce((sum, row) => sum + row, 0) / rows.length : (rowOf.get(name) ?? 0);
    };
    const middles = new Map(layer.map((name) => [name, middle(name)]));
    layer.sort((a, b) => (middles.get(a) ?? 0) - (middles.get(b) ?? 0));
    for (const [row, name] of layer.entries()) rowOf.set(name, row - layer.length / 2);
  }
}

/** The curve of a call, from its caller to the side of its callee that is nearest; around both where it goes back. */
export function curve(from: Place, to: Place, isNarrow = false): string {
  const [start, end] = isNarrow
    ? [{ x: from.x, y: from.y + NODE.height / 2 }, { x: to.x, y: to.y - NODE.height / 2 }]
    : [{ x: from.x + NODE.width / 2, y: from.y }, { x: to.x - NODE.width / 2, y: to.y }]; // biome-ignore format: two ends
  const [middleX, middleY] = [(start.x + end.x) / 2, (start.y + end.y) / 2];
  if (isNarrow && end.y > start.y) return `M${start.x},${start.y}C${start.x},${middleY} ${end.x},${middleY} ${end.x},${end.y}`;
  if (!isNarrow && end.x > start.x) return `M${start.x},${start.y}C${middleX},${start.y} ${middleX},${end.y} ${end.x},${end.y}`;
  const below = Math.max(from.y, to.y) + NODE.height;
  return `M${from.x},${from.y + NODE.height / 2}C${from.x},${below} ${to.x},${below} ${to.x},${to.y + NODE.height / 2}`;
}
