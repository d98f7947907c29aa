interface Problem {
  title?: string;
  detail?: string;
  errors?: { field: string; message: string }[];
}

/** Why an answer is no success, as a clause: what a problem document says, or what its status means. */
export async function reasonOf(response: Response): Promise<string> {
  const problem = await problemIn(response);
  const fields = problem.errors?.map(({ field, message }) => `${field} ${message}`).join(', ');
  return fields || problem.detail || meaningOf(response.status);
}

/** When to try again, as a message; empty where the answer does not say. */
export function retryAdvice(response: Response): string {
  const seconds = Number(response.headers.get('retry-after'));
  if (!Number.isInteger(seconds) || seconds < 1) return '';
  return ` Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`;
}

async function problemIn(response: Response): Promise<Problem> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return {};
  return (await response.json().catch(() => ({}))) as Problem;
}

function meaningOf(status: number): string {
  if (status === 413) return 'the text is too long';
  if (status === 429) return 'there were too many requests';
  if (status === 504) return 'nobody answered in time';
  if (status >= 500) return `the server cannot answer now (${status})`;
  return `the server refused it (${status})`;
}

/** Why there is no answer at all. */
export const silence = (): string => (navigator.onLine ? 'the server cannot be reached' : 'this device is offline');
