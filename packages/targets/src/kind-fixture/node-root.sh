#!/bin/sh
# Makes a Debian root the file system of kind's node: what images/base/Dockerfile of the pinned kind does, with Debian's containerd, runc and CNI plugins.
#   ROOT, KIND (the module's folder), CLUSTER, KUBEADM, CRICTL and KUBECTL (folders of programs), VERSION (of Kubernetes)
set -eu
files=$KIND/images/base/files
mkdir -p "$ROOT/kind/bin" "$ROOT/kind/manifests" "$ROOT/etc/containerd" "$ROOT/etc/kubernetes/manifests" "$ROOT/opt/cni/bin"
install -m755 "$files/usr/local/bin/entrypoint" "$ROOT/usr/local/bin/"
install -m755 "$files"/kind/bin/*.sh "$ROOT/kind/bin/"
(cd "$files" && find etc -type f) | while read -r file; do install -D -m644 "$files/$file" "$ROOT/$file"; done

# Units of a machine that a container is not.
units=$ROOT/lib/systemd/system
find "$units/sysinit.target.wants/" -name systemd-tmpfiles-setup.service -delete
rm -f "$units"/multi-user.target.wants/* "$ROOT"/etc/systemd/system/*.wants/* "$units"/local-fs.target.wants/* \
  "$units"/sockets.target.wants/*udev* "$units"/sockets.target.wants/*initctl* "$units"/basic.target.wants/*
echo ReadKMsg=no >>"$ROOT/etc/systemd/journald.conf"
ln -sf /usr/lib/systemd/systemd "$ROOT/sbin/init"

# Where kind's files look for Debian's programs.
for name in containerd containerd-shim-runc-v2 ctr; do ln -sf "/usr/bin/$name" "$ROOT/usr/local/bin/$name"; done
ln -sf /usr/sbin/runc "$ROOT/usr/local/sbin/runc"
for name in host-local loopback ptp portmap bridge; do ln -sf "/usr/lib/cni/$name" "$ROOT/opt/cni/bin/$name"; done
install -m755 "$CLUSTER/kubelet" "$KUBEADM/kubeadm" "$KUBECTL/kubectl" "$ROOT/usr/bin/"
install -m755 "$CRICTL/crictl" "$ROOT/usr/local/bin/"
printf %s "v$VERSION" >"$ROOT/kind/version"
chroot "$ROOT" systemctl enable kubelet.service containerd.service undo-mount-hacks.service
chroot "$ROOT" systemctl mask systemd-binfmt.service
chroot "$ROOT" ctr oci spec | chroot "$ROOT" jq '.hooks.createContainer += [{"path": "/kind/bin/mount-product-files.sh"}] | del(.process.rlimits)' \
  >"$ROOT/etc/containerd/cri-base.json"

# Works without CAP_SYS_RESOURCE, and on cgroup v1 too.
sed -i 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' "$ROOT/etc/containerd/config.toml"
echo 'KUBELET_EXTRA_ARGS=--runtime-cgroups=/system.slice/containerd.service --fail-cgroupv1=false' >"$ROOT/etc/default/kubelet"

# One node: a bridge in place of kindnetd, with the range that kube-controller-manager gives the node. kind wants an object to create.
printf '[plugins."io.containerd.grpc.v1.cri".cni]\n  conf_template = "/etc/containerd/cni.template"\n' >>"$ROOT/etc/containerd/config.toml"
cat >"$ROOT/etc/containerd/cni.template" <<'Y'
{ "cniVersion": "0.4.0", "name": "kind", "plugins": [
  { "type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true, "promiscMode": false,
    "ipam": { "type": "host-local", "ranges": [[{ "subnet": "{{.PodCIDR}}" }]], "routes": [{ "dst": "0.0.0.0/0" }] } },
  { "type": "portmap", "capabilities": { "portMappings": true } } ] }
Y
cat >"$ROOT/kind/manifests/default-cni.yaml" <<'Y'
apiVersion: v1
kind: ConfigMap
metadata: { name: cni-of-the-node-image, namespace: kube-system }
data: { file: /etc/containerd/cni.template }
Y
