import { expect, it } from 'vitest';
import { onMachine } from './support/machine.ts';
import { changesOf, machineState } from './support/machine-state.ts';

// Debian 13 with systemd and control groups of version 2: `./platform test vm`. The tests continue each other.

let before: Awaited<ReturnType<typeof machineState>>;

const kubectl = './platform tool kubectl --';

/** Pods of Node.js in the namespace `default`: without a proxy, whose start would take most of the time. */
function limitedPods(image: string): string {
  const pod = (name: string, restartPolicy: string, limits: object, program: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { restartPolicy, containers: [{ name, image, command: ['node', '-e', program], resources: { limits } }] },
  });
  const cpu = `const { readFileSync } = require('fs'), end = Date.now() + 5000; while (Date.now() < end);
    for (const file of ['cpu.max', 'cpu.stat']) console.log(readFileSync('/sys/fs/cgroup/' + file, 'utf8').trim())`;
  const items = [
    pod('memory', 'Always', { memory: '64Mi' }, 'const all = []; for (;;) all.push(Buffer.alloc(1048576, 1))'),
    pod('cpu', 'Never', { cpu: '200m' }, cpu),
  ];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

async function succeeds(command: string, input?: string): Promise<string> {
  const { status, stdout, output } = await onMachine(command, input);
  expect(status, output).toBe(0);
  return stdout;
}

it('the machine is Debian 13 with systemd, AppArmor, nftables and no iptables, and control groups of version 2', async () => {
  expect(await succeeds('. /etc/os-release; echo "$PRETTY_NAME"; uname -r; nproc; free -m')).toContain('Debian GNU/Linux 13');
  expect(await succeeds('stat -fc %T /sys/fs/cgroup')).toBe('cgroup2fs\n');
  expect(await succeeds('cat /sys/fs/cgroup/cgroup.controllers')).toMatch(/cpuset cpu .*memory .*pids/);
  expect(await succeeds('systemctl is-system-running --wait')).toBe('running\n');
  expect(await succeeds('cat /sys/module/apparmor/parameters/enabled')).toBe('Y\n');
  expect(await succeeds('systemctl is-active systemd-resolved')).toBe('active\n');
  expect((await onMachine('command -v iptables')).status).not.toBe(0);
});

it('doctor finds everything for root, and sends a login user to sudo', async () => {
  const forRoot = await succeeds('./platform doctor');
  expect(forRoot).toMatch(/✓ control groups: version 2/);
  expect(forRoot).not.toContain('✗');
  const { status, output } = await onMachine('runuser -l login -c "/root/mesh/platform doctor"');
  expect(status, output).toBe(1);
  expect(output).toMatch(/user number 1000 is not root[\s\S]*sudo \.\/platform/);
});

it('up by a login user with sudo reaches the first answer', async () => {
  before = await machineState();
  await succeeds('runuser -l login -c "cd /root/mesh && sudo ./platform up"');
  await succeeds('./platform status');
});

it.each(['injection', 'identity', 'plain-text', 'wrong-caller', 'retries'])('the check %s of the tour passes', async (check) => {
  expect(await succeeds(`./platform tour --only ${check}`)).toMatch(/[1-9]\d* passed, 0 failed/);
});

it('a pod that exceeds its memory limit is OOMKilled and restarted, and one that uses its CPU limit is throttled', async () => {
  const core =
    '--namespace platform get deployment --selector app=core --output jsonpath={.items[0].spec.template.spec.containers[0].image}';
  const image = (await succeeds(`${kubectl} ${core}`)).trim();
  await succeeds(`${kubectl} apply --filename -`, limitedPods(image));
  const wait = (pod: string, field: string, value: string) =>
    succeeds(`${kubectl} --namespace default wait --timeout 45m --for jsonpath='{${field}}'=${value} pod/${pod}`);
  await wait('memory', '.status.containerStatuses[0].lastState.terminated.reason', 'OOMKilled');
  await wait('cpu', '.status.phase', 'Succeeded');
  expect(await succeeds(`${kubectl} --namespace default logs cpu`)).toMatch(/^20000 100000\n[\s\S]*^nr_throttled [1-9]/m);
  await succeeds(`${kubectl} --namespace default delete pod memory cpu --now`);
});

it('a reboot keeps the documents', async () => {
  const saved = await succeeds(
    `curl --fail --silent --show-error --max-time 120 --header 'content-type: application/json' --header 'idempotency-key: vm' \
      --data '{"title":"outlives the machine","body":"# of before"}' "$(./platform url)/api/documents"`,
  );
  const { id } = JSON.parse(saved) as { readonly id: string };
  const boot = await succeeds('cat /proc/sys/kernel/random/boot_id');
  await onMachine('systemctl reboot');
  await expect
    .poll(async () => (await onMachine('cat /proc/sys/kernel/random/boot_id')).stdout, { timeout: 15 * 60_000, interval: 5_000 })
    .toMatch(new RegExp(`^(?!${boot.trim()})[0-9a-f-]{36}\n$`));
  const up = await onMachine('./platform up');
  expect(up.status, up.output).toBe(0);
  expect(up.output).toContain('this machine was restarted while the node ran');
  expect(await succeeds(`curl --fail --silent --show-error --max-time 120 "$(./platform url)/api/documents/${id}"`)).toContain(
    'outlives the machine',
  );
});

it('down --purge leaves the machine as it was', async () => {
  await succeeds('./platform down --purge');
  expect(changesOf(before, await machineState())).toEqual([]);
});
