/**
 * What the embedded target is made of. The rest of the pins: `toolchain/go.mod` and `go.sum` (every Go program),
 * `toolchain/requirements.txt` (Go itself, Envoy), `package-lock.json` (Node.js, PostgreSQL).
 */
export const pins = {
  debian: 'bookworm',
  kubernetes: '1.36.1',
  istio: '1.31.0',
  istioRevision: 'eed52ebb66ad',
  skaffold: '2.16.1',
  kind: '0.32.0',
  crictl: '1.34.0',
  buildx: '0.29.1',
  /** The default of the kind that toolchain/kind pins; a test compares them. */
  kindNodeImage: 'kindest/node:v1.36.1@sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5',
} as const;

/** Debian packages of the node's own file system; the host gets none of them. */
export const nodePackages = [
  'ca-certificates',
  'openssl',
  'iptables',
  'iproute2',
  'conntrack',
  'kmod',
  'mount',
  'util-linux',
  'tini',
  'containerd',
  'runc',
  'containernetworking-plugins',
  'buildah',
  'containers-storage',
] as const;

/** Debian packages of the image that every other image is built on. */
export const basePackages = ['ca-certificates', 'libstdc++6'] as const;

/** Those of the image of Istio's CNI plugin: its repair controller programs the network of a pod that started before the plugin. */
export const cniPackages = [...basePackages, 'iptables'] as const;

/** What the Debian archive must put on the host itself. */
export const hostPackages = ['mmdebstrap'] as const;

/** Of the node image that the suite `kind` builds: what kind's own base image has. */
export const kindNodePackages = [
  ...[
    'systemd',
    'systemd-sysv',
    'dbus',
    'conntrack',
    'iptables',
    'nftables',
    'iproute2',
    'ethtool',
    'util-linux',
    'mount',
    'kmod',
    'libseccomp2',
  ],
  ...['pigz', 'e2fsprogs', 'bash', 'ca-certificates', 'curl', 'jq', 'procps', 'containerd', 'runc', 'containernetworking-plugins'],
] as const;

/** Installed only for the suite `kind`, where no Docker engine answers. */
export const enginePackages = ['docker.io', 'iproute2'] as const;

/** The machine that the suite `vm` boots: another release of Debian than the node's, with systemd and control groups of version 2. */
export const machineRelease = 'trixie';
export const machinePackages = [
  ...['systemd-sysv', 'libpam-systemd', 'systemd-resolved', 'dbus', 'udev', 'kmod', 'procps', 'util-linux', 'iproute2', 'ca-certificates'],
  ...['linux-image-cloud-amd64', 'initramfs-tools', 'apparmor', 'nftables', 'openssh-server', 'sudo', 'curl'],
  ...['python3', 'python3-venv', 'mmdebstrap'], // what `doctor` asks for
] as const;

/** Installed only for the suite `vm`. */
export const emulatorPackages = ['qemu-system-x86', 'e2fsprogs', 'openssh-client'] as const;

/** Installed only for the tests: the browser in which they open the page, and programs as systems without GNU have them. */
export const testPackages = ['chromium', 'busybox'] as const;
