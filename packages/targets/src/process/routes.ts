import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { run } from './run.ts';

const ANSWER_MS = 15_000;
/** Shorter prefixes are the default route, also where a VPN writes it in parts (0.0.0.0/1 and 128.0.0.0/1). */
const SHORTEST_PREFIX = 8;
/** https://github.com/torvalds/linux/blob/master/include/uapi/linux/route.h */
const RTF_REJECT = 0x200;

/** The IPv4 ranges that this machine has a route to, besides its default route; empty where they cannot be read. */
export async function routedRanges(): Promise<readonly string[]> {
  const read =
    platform() === 'linux'
      ? readFile('/proc/net/route', 'utf8').then(linuxRanges)
      : run('netstat', ['-rn', '-f', 'inet'], { timeout: ANSWER_MS }).then(bsdRanges);
  const ranges = await read.catch(() => []);
  return ranges.filter((range) => Number(range.split('/')[1]) >= SHORTEST_PREFIX);
}

/** Of `/proc/net/route`, whose addresses are numbers of the machine's byte order: https://man7.org/linux/man-pages/man5/proc_net.5.html */
export function linuxRanges(table: string): readonly string[] {
  const rows = table.trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [, destination = '', , flags = '', , , , mask = ''] = row.split(/\s+/);
    if (Number.parseInt(flags, 16) & RTF_REJECT) return []; // nothing is reached there
    const bytes = Buffer.from(destination, 'hex').reverse();
    const prefix = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
    return `${bytes.join('.')}/${prefix}`;
  });
}

/** Of `netstat` on macOS, which leaves out zeros at the end and a prefix that follows from the rest: `10/8`, `192.168.1`, `127`. */
export function bsdRanges(table: string): readonly string[] {
  return [...table.matchAll(/^(\d+(?:\.\d+){0,3})(?:\/(\d+))? +\S/gm)].map(([, address = '', prefix]) => {
    const bytes = address.split('.');
    return `${[...bytes, 0, 0, 0].slice(0, 4).join('.')}/${prefix ?? bytes.length * 8}`;
  });
}
