import { type DestinationStream, levels, pino } from 'pino';

/** A write for each line is a tenth of what a request costs; people who read along do not see this wait. */
const WAIT_MS = 50;
/** So many bytes leave without the wait. */
const ENOUGH = 8 * 1024;

/**
 * Standard output, where lines wait up to 50 ms for each other and leave in one write. A warning or an error leaves at once, with all that waits
 * before it, and the end of the process writes the rest: only a process that is killed loses lines, those of its last 50 ms.
 */
export function standardOutput(fd: number = process.stdout.fd): DestinationStream {
  const output = pino.destination({ fd, sync: true, minLength: ENOUGH });
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    output.flush();
  };
  process.on('exit', () => timer && flush());
  const lines = {
    [Symbol.for('pino.metadata')]: true, // pino sets lastLevel before each line
    lastLevel: levels.values.info ?? 0,
    write(line: string): void {
      output.write(line);
      if (lines.lastLevel >= (levels.values.warn ?? 0)) flush();
      else timer ??= setTimeout(flush, WAIT_MS).unref();
    },
  };
  return lines;
}
