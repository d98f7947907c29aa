import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { CommonEnv } from '../env/common.env.js';
import { replaceLostAnswers } from '../faults/fault.interceptor.js';
import { Faults } from '../faults/faults.js';
import { Readiness } from '../health/readiness.js';
import { LIMITS } from '../limits.js';
import { createLogger, type Logger, NestLog, requestFields } from '../log/logger.js';
import { Metrics, measureRequests } from '../metrics/metrics.js';
import type { ServiceIdentity } from '../path/hop.js';
import { serviceModule } from '../service.module.js';
import { traceRequests } from '../tracing/trace-requests.js';
import { startTracing } from '../tracing/tracing.js';
import { refuseOtherMethods } from './allowed-methods.js';
import { answerBrokenRequest, ignoreUnknownExpectations, requireHost } from './broken-request.js';
import { drainBeforeEarlyAnswers, refuseToContinue } from './early-answer.js';
import { readJsonStrictly } from './json-body.js';
import { isOperatorPath, pathOf } from './operator-paths.js';
import { answerProblem, ProblemException, problemOf } from './problem.js';

export interface HttpAppOptions {
  service: string;
  module: DynamicModule | Type;
  env: CommonEnv;
  /** Bytes of a request's body; 64 KiB where unset. */
  bodyLimit?: number;
  /** Headers of every response. */
  headers?: Readonly<Record<string, string>>;
}

/** A Nest application on Fastify with all that the services share; it does not listen yet. */
export async function createHttpApp({ service, module, env, bodyLimit = 65_536, headers = {} }: HttpAppOptions) {
  const identity: ServiceIdentity = { service, version: env.SERVICE_VERSION, pod: env.POD_NAME };
  const logger = createLogger(identity, env.LOG_LEVEL);
  const readiness = new Readiness();
  const metrics = new Metrics();
  const tracing = await startTracing(env, identity, logger);
  const everywhere = { ...headers, 'x-served-by': `${service}/${env.SERVICE_VERSION}` };
  const adapter = new FastifyAdapter({
    bodyLimit,
    // No route: no hook has given the answer its headers.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers({ ...everywhere, 'x-request-id': request.id });
      answerProblem(problemOf(new ProblemException(error.statusCode ?? 400, 'the path is not valid'), request.id), reply);
    },
    clientErrorHandler: answerBrokenRequest(logger, everywhere),
    requestTimeout: LIMITS.requestMs, // Fastify switches Node's own off
    keepAliveTimeout: LIMITS.keepAliveMs,
    http: {
      headersTimeout: LIMITS.headersMs,
      connectionsCheckingInterval: LIMITS.checkMs,
      requireHostHeader: false, // requireHost does it, with a problem document
    },
    return503OnClosing: false,
    genReqId: requestIdOf,
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }), // addRequestLog writes the one line per request
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  fastify.removeContentTypeParser('text/plain'); // no service reads it: the answer is 415
  ignoreUnknownExpectations(fastify.server);
  refuseToContinue(fastify.server, bodyLimit);
  replaceLostAnswers(fastify, everywhere);
  traceRequests(fastify, tracing);
  addResponseHeaders(fastify, readiness, everywhere);
  addRequestLog(fastify, logger);
  measureRequests(fastify, metrics);
  requireHost(fastify);
  refuseOtherMethods(fastify);
  drainBeforeEarlyAnswers(fastify, bodyLimit);
  const faults = new Faults({ service, version: env.SERVICE_VERSION, mode: env.FAULTS, logger });
  const root = serviceModule(module, { identity, logger, readiness, metrics, faults, tracing });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, { logger: new NestLog(logger), abortOnError: false });
  readJsonStrictly(app);
  return app;
}

function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
  request.headers['x-request-id'] = id; // what logs, problems and callees see from here on
  return id;
}

function addResponseHeaders(fastify: FastifyInstance, readiness: Readiness, headers: Record<string, string>): void {
  fastify.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...headers, 'x-request-id': request.id });
  });
  // Decided when the answer leaves: a request that arrived before the signal must not keep its connection either.
  fastify.addHook('onSend', async (_request, reply) => {
    if (readiness.draining) reply.header('connection', 'close');
  });
}

function addRequestLog(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', async (request, reply) => {
    if (isOperatorPath(request)) return;
    const path = pathOf(request);
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    logger.info({ ...requestFields(request.headers), method: request.method, path, status: reply.statusCode, ms }, 'request');
  });
}
