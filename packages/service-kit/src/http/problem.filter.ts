import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LOGGER, type Logger, requestFields } from '../log/logger.js';
import { answerProblem, InternalFailure, loggedOf, ProblemException, problemOf } from './problem.js';

/** Every error of every route becomes a problem document; the details of a 5xx go to the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error, request.id);
    if (problem.status >= 500) this.logger.error({ ...requestFields(request.headers), ...loggedOf(error) }, 'request failed');
    if (reply.sent) return;
    const readable = error instanceof InternalFailure ? error.problem : error;
    if (readable instanceof ProblemException) reply.headers(readable.headers);
    answerProblem(problem, reply);
  }
}
