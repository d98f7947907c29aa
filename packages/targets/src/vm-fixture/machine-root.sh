#!/bin/sh
# Makes a Debian root bootable in QEMU: a network, two disks, a server for root's key, a login user.
#   ROOT
set -eu
echo mesh-vm >"$ROOT/etc/hostname"
echo '127.0.0.1 localhost mesh-vm' >"$ROOT/etc/hosts"
# The second disk has root's home: the checkout and the caches, whose files can be hard links in the state.
printf '/dev/vda / ext4 rw,noatime 0 1\n/dev/vdb /root ext4 rw,noatime 0 2\n' >"$ROOT/etc/fstab"
cat >"$ROOT/etc/systemd/network/10-wired.network" <<'N'
[Match]
Type=ether
Driver=virtio_net
[Network]
Address=10.0.2.15/24
Gateway=10.0.2.2
N
chroot "$ROOT" systemctl enable systemd-networkd.service ssh.service
# Emulation takes longer to agree on a key than sshd waits.
printf 'LoginGraceTime 0\nUseDNS no\nPasswordAuthentication no\n' >"$ROOT/etc/ssh/sshd_config.d/vm.conf"
rm -f "$ROOT"/etc/ssh/ssh_host_*
chroot "$ROOT" ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
chroot "$ROOT" useradd --create-home --uid 1000 --shell /bin/bash --groups sudo login
echo 'login ALL=(ALL) NOPASSWD: ALL' >"$ROOT/etc/sudoers.d/login"
# What would work on its own while steps are timed.
chroot "$ROOT" systemctl mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer dpkg-db-backup.timer \
  systemd-networkd-wait-online.service
