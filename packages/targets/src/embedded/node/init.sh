#!/bin/sh
# The first process of the node: builds its file system, network and control groups, then waits as tini.
# It runs in fresh PID, mount, network, cgroup, IPC and UTS namespaces, so all of it is gone when it ends.
#   init.sh ROOT SCRATCH DURABLE BINARIES
# Standard input stays open until the host has given the node its end of the link.
set -eu
root=$1 scratch=$2 durable=$3 binaries=$4

mount --make-rprivate /

# The file system: the cached one below, a scratch layer that each start empties above.
mkdir -p "$scratch/upper" "$scratch/work" "$scratch/merged"
mount -t overlay overlay -o "lowerdir=$root,upperdir=$scratch/upper,workdir=$scratch/work" "$scratch/merged"
cd "$scratch/merged"
mkdir -p opt/cni
ln -s /usr/lib/cni opt/cni/bin # where every other cluster has its plugins: one manifest of Istio fits all
mount --bind "$binaries" opt/mesh-platform/bin
mount -o remount,bind,ro opt/mesh-platform/bin
mount --bind "$durable" var/lib/mesh-platform
[ ! -d /lib/modules ] || mount --bind -o ro /lib/modules usr/lib/modules 2>/dev/null || mount --bind /lib/modules lib/modules
mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /dev dev
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp

# Control groups: only this instance's part of the host's tree is visible.
if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
  mount -t cgroup2 cgroup2 sys/fs/cgroup
else
  mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
  while IFS=: read -r _ controllers _; do
    case $controllers in
      '') mkdir sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 sys/fs/cgroup/unified ;;
      name=*) mkdir "sys/fs/cgroup/${controllers#name=}" && mount -t cgroup -o "none,$controllers" cgroup "sys/fs/cgroup/${controllers#name=}" ;;
      *) mkdir "sys/fs/cgroup/$controllers" && mount -t cgroup -o "$controllers" cgroup "sys/fs/cgroup/$controllers" ;;
    esac
  done </proc/self/cgroup
fi

# The kubelet insists on kernel settings that are the whole machine's. It finds them as it wants them, and the machine keeps its own.
expect() { echo "$2" >"run/expected-$(basename "$1")"; mount --bind "run/expected-$(basename "$1")" "proc/sys/$1"; }
expect vm/overcommit_memory 1
expect vm/panic_on_oom 0
expect kernel/panic 10
expect kernel/panic_on_oops 1
expect kernel/keys/root_maxkeys 1000000
expect kernel/keys/root_maxbytes 25000000

pivot_root . mnt
umount -l /mnt
mount --make-rshared / # the kubelet propagates mounts into pods
hostname node

# No IPv6, for pods neither (their CNI configuration): Istio redirects only IPv4, so IPv6 would bypass every policy.
for scope in all default; do
  [ ! -e /proc/sys/net/ipv6 ] || echo 1 >"/proc/sys/net/ipv6/conf/$scope/disable_ipv6"
done

# The network: nothing leaves the node but answers to the host.
read -r address service_range pod_range
ip link set lo up
ip address add "$address/30" dev eth0
ip link set eth0 up
# A service address must be routable before kube-proxy's rules see it; what they do not know ends here.
ip route add "$service_range" dev lo src "$address"
sysctl -qw net.ipv4.ip_forward=1 2>/dev/null || echo 1 >/proc/sys/net/ipv4/ip_forward
iptables -A OUTPUT -o eth0 -m conntrack --ctstate NEW -j REJECT
iptables -A FORWARD -o eth0 -m conntrack --ctstate NEW -j REJECT
# From the host only the API server and node ports (which kube-proxy translates) are reached; no pod, no kubelet, no DNS.
iptables -A FORWARD -i eth0 -m conntrack ! --ctstate DNAT -j REJECT
iptables -A INPUT -i lo -j ACCEPT
iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables -A INPUT -p tcp --dport 6443 -j ACCEPT
# Pods ask the node for the API server and for names (their service leads to port 1053), and for nothing else: no kubelet, no other component.
for protocol in udp tcp; do iptables -A INPUT ! -i eth0 -s "$pod_range" -p "$protocol" --dport 1053 -j ACCEPT; done
iptables -A INPUT -j REJECT

exec tini -- sleep infinity
