import { PlatformError } from '@mesh-platform/kubernetes';

/** The command line names something that there is not: exit status 2. */
export class UsageError extends PlatformError {
  override readonly name = 'UsageError';
}
