import { gunzipSync } from 'node:zlib';
import { onMachine } from './machine.ts';

/** What a node could leave on a machine, and the command that lists it. Kernel threads and what a login takes for itself are left out. */
const SUBJECTS = {
  processes: `ps -eo ppid=,args= | awk '$1 != 2' | sed -E 's/^ *[0-9]+ //' | grep -vE '^(\\[|ps |awk |sed |grep |sort|bash -c |sshd|\\(sd-pam\\)|/usr/lib/systemd/systemd( --user|-userwork)|systemd-userwork)'`,
  mounts: `cut -d' ' -f5,9- /proc/self/mountinfo | grep -v ^/run/user/`,
  'control groups': `find /sys/fs/cgroup -type d | grep -vE '/user.slice/|\\.service(/|$)'`,
  'network namespaces': `lsns --noheadings --type net --output NS,COMMAND | sed -E 's/^ *[0-9]+ //'`,
  links: 'ip -brief link | cut -d" " -f1',
  routes: 'ip route show table all',
  'firewall rules': 'nft list ruleset',
  listeners: 'ss --no-header --listening --numeric --tcp --udp | tr -s " " | cut -d" " -f1,5',
  sockets: `cut -c1-8 --complement /proc/net/unix | grep -o '@.*mesh.*' || true`,
  files: `find / /root -xdev \\( -path /root/.cache -o -path /var/log -o -path '*/systemd-private-*' -o -path /var/lib/systemd -o -name .turbo \\) -prune -o -print`,
} as const;

/** The lines of each subject. */
export type MachineState = ReadonlyMap<string, ReadonlySet<string>>;

export async function machineState(): Promise<MachineState> {
  const state = new Map<string, ReadonlySet<string>>();
  for (const [subject, command] of Object.entries(SUBJECTS)) {
    const { stdout } = await onMachine(`{ ${command}\n} >/run/lines; sort -u /run/lines | gzip | base64 -w0; rm /run/lines`);
    state.set(subject, new Set(unzipped(stdout)));
  }
  return state;
}

/** What the second has and the first had not, and the other way round: `+ mounts: /tmp/…`. */
export const changesOf = (before: MachineState, after: MachineState): readonly string[] =>
  [...after].flatMap(([subject, lines]) => {
    const had = before.get(subject) ?? new Set();
    const gone = [...had].filter((line) => !lines.has(line)).map((line) => `- ${subject}: ${line}`);
    const added = [...lines].filter((line) => !had.has(line)).map((line) => `+ ${subject}: ${line}`);
    return [...gone, ...added];
  });

function unzipped(base64: string): readonly string[] {
  return gunzipSync(Buffer.from(base64, 'base64')).toString('utf8').split('\n').filter(Boolean);
}
