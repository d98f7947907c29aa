import { access, constants } from 'node:fs/promises';

/** Whether the path is there for us; with `executable`, whether it can be run. */
export const exists = (path: string, { executable = false } = {}): Promise<boolean> =>
  access(path, executable ? constants.X_OK : constants.F_OK).then(
    () => true,
    () => false,
  );
