/** One answer on a connection. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const HEAD = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/;

/** Every answer that a connection gave. Throws an Error where the bytes are not HTTP/1.1 to their end. */
export function answersOf(bytes: Buffer): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = bytes.toString('latin1');
  while (rest.length > 0) {
    const [head, status, fields = ''] = HEAD.exec(rest) ?? [];
    if (head === undefined) throw new Error(`answers what is not HTTP: ${JSON.stringify(rest.slice(0, 200))}`);
    rest = rest.slice(head.length);
    const headers = new Map(
      fields.split('\r\n').map((line) => [line.split(':', 1)[0]?.toLowerCase() ?? '', line.slice(line.indexOf(':') + 1).trim()]),
    );
    // An answer to HEAD has the Content-Length of the body that GET would get, and no body.
    const length = HEAD.test(rest) ? 0 : Number(headers.get('content-length') ?? 0);
    answers.push({ status: Number(status), headers, body: rest.slice(0, length) });
    rest = rest.slice(length);
  }
  return answers;
}
