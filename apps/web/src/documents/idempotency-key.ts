import { idempotencyKeySchema } from '@mesh-platform/contracts';
import { ProblemException } from '@mesh-platform/service-kit';

/** The key of a request that writes. @throws ProblemException 428 where there is none, 400 where it is malformed */
export function idempotencyKeyOf(header: string | undefined): string {
  if (!header) throw new ProblemException(428, 'the header Idempotency-Key is required');
  const { success, data, error } = idempotencyKeySchema.safeParse(header);
  if (success) return data;
  const errors = error.issues.map(({ message }) => ({ field: 'Idempotency-Key', message }));
  throw new ProblemException(400, 'the request is not valid', { errors });
}
