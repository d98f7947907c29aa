import { type Asked, questions } from '../participants/path-question.ts';
import type { Attempt } from './attempt.ts';

/** A request for the path, sent to a service by its name; a query distinguishes it from others in the logs. */
export const pathAttempt = ({ name, protocol, port }: Asked, query = ''): Attempt => ({
  ...{ kind: protocol, host: name, port },
  path: `${questions[protocol].path}${query}`,
});
