import type { Problem } from '@mesh-platform/contracts';

/** The reason of a failed answer, as a clause: from its problem document, or else from its status. */
export async function reasonOf(response: Response): Promise<string> {
  const problem = await problemIn(response);
  const fields = problem.errors?.map(({ field, message }) => `${field} ${message}`).join(', ');
  return fields || problem.detail || meaningOf(response.status);
}

/** When to try again, as a message; empty for an answer without Retry-After. */
export function retryAdvice(response: Response): string {
  const seconds = Number(response.headers.get('retry-after'));
  if (!Number.isInteger(seconds) || seconds < 1) return '';
  return ` Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`;
}

async function problemIn(response: Response): Promise<Partial<Problem>> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return {};
  return (await response.json().catch(() => ({}))) as Partial<Problem>;
}

function meaningOf(status: number): string {
  if (status === 413) return 'the text is too long';
  if (status === 429) return 'there were too many requests';
  if (status === 504) return 'no answer arrived in time';
  if (status >= 500) return `the server cannot answer now (${status})`;
  return `the server refused it (${status})`;
}

/** Why there is no answer at all. */
export const silence = (): string => (navigator.onLine ? 'the server cannot be reached' : 'this device is offline');
