import { afterEach, expect, test, vi } from 'vitest';
import { configurationFiles } from './configuration-files.ts';
import { layout } from './layout.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ['1', '10s', 40, '120s'],
  ['2.5', '25s', 100, '300s'],
  ['40', '30s', 1600, '4800s'],
])(
  'with a factor of %s the kubelet reports its status every %s, renews its lease within %i s and waits for containerd for %s',
  (...expected) => {
    const [factor, status, lease, runtime] = expected;
    vi.stubEnv('PLATFORM_TIMEOUT_FACTOR', factor);
    const kubelet = JSON.parse(configurationFiles('172.31.255.2', 'pause').get(`${layout.configuration}/kubelet.yaml`) ?? '{}');
    expect(kubelet).toMatchObject({
      nodeStatusUpdateFrequency: status,
      nodeStatusReportFrequency: '5m',
      nodeLeaseDurationSeconds: lease,
      runtimeRequestTimeout: runtime,
    });
  },
);
