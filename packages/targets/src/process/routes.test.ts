import { afterEach, expect, test, vi } from 'vitest';
import { bsdRanges, linuxRanges, routedRanges } from './routes.ts';
import { run } from './run.ts';

const system = vi.hoisted(() => ({ platform: 'linux' }));
vi.mock('node:os', async (original) => ({ ...(await original<typeof import('node:os')>()), platform: () => system.platform }));
vi.mock('./run.ts', () => ({ run: vi.fn() }));
afterEach(() => {
  system.platform = 'linux';
});

/** A VPN over 10.0.0.0/8, a host of it, Docker's bridge, and the routes of an embedded node, which lead nowhere. */
const LINUX = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
tun0	0000000A	0100080A	0003	0	0	50	000000FF	0	0	0
tun0	0903F40A	0100080A	0007	0	0	50	FFFFFFFF	0	0	0
docker0	000011AC	00000000	0001	0	0	0	0000FFFF	0	0	0
*	0000600A	00000000	0201	0	0	20001	0000FFFF	0	0	0
`;
const MACOS = `Routing tables

Internet:
Destination        Gateway            Flags               Netif Expire
default            192.168.1.1        UGScg                 en0
0/1                10.8.0.1           UGScg               utun4
10                 10.8.0.1           UGSc                utun4
10.244.3.9         10.8.0.1           UGHS                utun4
127.0.0.1          127.0.0.1          UH                    lo0
172.16/12          10.8.0.1           UGSc                utun4
192.168.1          link#6             UCS                   en0      !
192.168.1.1/32     link#6             UCS                   en0      !
`;

test('reads the routes of Linux, without those that lead nowhere', () => {
  expect(linuxRanges(LINUX)).toEqual(['0.0.0.0/0', '10.0.0.0/8', '10.244.3.9/32', '172.17.0.0/16']);
});

test('reads the routes of macOS', () => {
  const all = ['0.0.0.0/1', '10.0.0.0/8', '10.244.3.9/32', '127.0.0.1/32', '172.16.0.0/12', '192.168.1.0/24', '192.168.1.1/32'];
  expect(bsdRanges(MACOS)).toEqual(all);
});

test('asks netstat on macOS, leaves the parts of a default route out, and finds none where it cannot ask', async () => {
  system.platform = 'darwin';
  vi.mocked(run).mockResolvedValueOnce(MACOS);
  expect(await routedRanges()).toEqual(expect.arrayContaining(['10.0.0.0/8']));
  vi.mocked(run).mockResolvedValueOnce(MACOS);
  expect(await routedRanges()).not.toContain('0.0.0.0/1');
  vi.mocked(run).mockRejectedValueOnce(new Error('no netstat'));
  expect(await routedRanges()).toEqual([]);
});

test.runIf(process.platform === 'linux')('reads this machine’s, without its default route', async () => {
  expect(await routedRanges()).not.toContain('0.0.0.0/0');
});
