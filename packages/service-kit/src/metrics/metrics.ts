import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { isOperatorPath } from '../http/operator-paths.js';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The metrics of this process. A label must have few values: never a path, an id or text of a user. */
export class Metrics {
  readonly #registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Durations in seconds. */
  durations<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Histogram<Label> {
    return new Histogram({ name, help, labelNames, buckets: SECONDS, registers: [this.#registry] });
  }

  /** Sizes that are read at each scrape, one for each value of the label. */
  sizes<Label extends string>(name: string, help: string, label: Label, read: () => Readonly<Record<string, number>>): void {
    const gauge: Gauge<string> = new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect: () => {
        for (const [value, size] of Object.entries(read())) gauge.set({ [label]: value }, size);
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All of it in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

/** Measures every request but the operator's; what no route knows is one label value, whatever its path. */
export function measureRequests(fastify: FastifyInstance, metrics: Metrics): void {
  const durations = metrics.durations('http_request_duration_seconds', 'Time to answer an HTTP request', ['method', 'route', 'status']);
  fastify.addHook('onResponse', async (request, reply) => {
    if (isOperatorPath(request)) return;
    const { url: route = 'none' } = request.routeOptions;
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

@Controller()
export class MetricsController {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  @Get('metrics')
  async text(@Res() reply: FastifyReply): Promise<void> {
    const text = await this.metrics.text();
    reply.header('cache-control', 'no-store').type(this.metrics.contentType).send(text);
  }
}
