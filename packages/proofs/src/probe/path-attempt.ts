import { type Asked, questions } from '../participants/path-question.ts';
import type { Attempt } from './attempt.ts';

/** The question for the path, asked of a service by its name; a query tells it from others in the logs. */
export const pathAttempt = ({ name, protocol, port }: Asked, query = ''): Attempt => ({
  ...{ kind: protocol, host: name, port },
  path: `${questions[protocol].path}${query}`,
});
