import { expect, it } from 'vitest';
import { onMachine } from './support/machine.ts';
import { changesOf, machineState } from './support/machine-state.ts';

// Debian 13 with systemd and control groups of version 2: `./platform test vm`. The tests continue each other.

let before: Awaited<ReturnType<typeof machineState>>;

async function succeeds(command: string, input?: string): Promise<string> {
  const { status, output } = await onMachine(command, input);
  expect(status, output).toBe(0);
  return output;
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

it('a reboot keeps the documents', async () => {
  const saved = await succeeds(
    `curl --fail --silent --show-error --max-time 120 --header 'content-type: application/json' --header 'idempotency-key: vm' \
      --data '{"title":"outlives the machine","body":"# of before"}' "$(./platform url)/api/documents"`,
  );
  const { id } = JSON.parse(saved) as { readonly id: string };
  const boot = await succeeds('cat /proc/sys/kernel/random/boot_id');
  await onMachine('systemctl reboot');
  await expect
    .poll(async () => (await onMachine('cat /proc/sys/kernel/random/boot_id')).output, { timeout: 15 * 60_000, interval: 5_000 })
    .toMatch(new RegExp(`^(?!${boot.trim()})[0-9a-f-]{36}\n$`));
  expect(await succeeds('./platform up')).toContain('this machine was restarted while the node ran');
  expect(await succeeds(`curl --fail --silent --show-error --max-time 120 "$(./platform url)/api/documents/${id}"`)).toContain(
    'outlives the machine',
  );
});

it('down --purge leaves the machine as it was', async () => {
  await succeeds('./platform down --purge');
  expect(changesOf(before, await machineState())).toEqual([]);
});
