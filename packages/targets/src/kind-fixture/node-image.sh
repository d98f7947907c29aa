#!/bin/sh
# The images of the control plane by `docker import`, and the node image that contains them and Istio's.
#   ROOT (the node's), CLUSTER, COREDNS, PROVISIONER (folders of programs), IMAGE, WORK (an empty folder), VERSION, ETCD, DNS, PAUSE (tags),
#   STORAGE and HELPER (images of the storage), ISTIO (images that the engine has)
set -eu
stage=$WORK/stage

begin() { rm -rf "$stage"; mkdir -p "$stage/usr/local/bin" "$stage/tmp" "$stage/etc"; chmod 1777 "$stage/tmp"; }
end() { # NAME [ENTRYPOINT]
  tar -C "$stage" --numeric-owner -c . | docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    ${2:+--change "ENTRYPOINT [\"$2\"]"} - "$1" >/dev/null
}
# A program of the node's root and its libraries.
staged() {
  for file; do
    echo "$file"
    chroot "$ROOT" ldd "/$file" 2>/dev/null | grep -o '/[^ ]*' || true
  done | sort -u | while read -r file; do install -D -m755 "$(readlink -f "$ROOT/${file#/}")" "$stage/${file#/}"; done
}

for name in kube-apiserver kube-controller-manager kube-scheduler; do
  begin; install -m755 "$CLUSTER/$name" "$stage/usr/local/bin/"; end "registry.k8s.io/$name:v$VERSION"
done
begin; install -m755 "$CLUSTER/etcd" "$stage/usr/local/bin/"; end "registry.k8s.io/etcd:$ETCD"
begin; install -m755 "$COREDNS/coredns" "$stage/"; end "registry.k8s.io/coredns/coredns:$DNS" /coredns
begin; install -m755 "$CLUSTER/pause" "$stage/"; end "registry.k8s.io/pause:$PAUSE" /pause
begin; install -m755 "$PROVISIONER/local-path-provisioner" "$stage/usr/local/bin/"; end "$STORAGE"
begin; staged bin/dash bin/rm bin/mkdir; ln -s dash "$stage/bin/sh"; end "$HELPER"
begin
install -m755 "$CLUSTER/kube-proxy" "$stage/usr/local/bin/"
staged usr/sbin/xtables-nft-multi usr/sbin/conntrack usr/sbin/nft bin/kmod $(cd "$ROOT" && ls usr/lib/*/xtables/*.so)
for name in iptables ip6tables; do for action in '' -save -restore; do ln -s xtables-nft-multi "$stage/usr/sbin/$name$action"; done; done
ln -s ../../bin/kmod "$stage/usr/sbin/modprobe"
end "registry.k8s.io/kube-proxy:v$VERSION"

tar -C "$ROOT" --numeric-owner -c . | docker import --change 'ENV container=docker PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - kind-node-root >/dev/null
printf 'FROM kind-node-root\nSTOPSIGNAL SIGRTMIN+3\nENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]\n' | docker buildx build --load --quiet --tag kind-node-base - >/dev/null
docker run --detach --name kind-node-build --entrypoint sleep --security-opt seccomp=unconfined kind-node-base infinity >/dev/null
docker exec --detach kind-node-build containerd
tries=60
until docker exec kind-node-build ctr version >/dev/null 2>&1; do tries=$((tries - 1)); [ "$tries" -gt 0 ]; sleep 1; done
docker save "registry.k8s.io/kube-apiserver:v$VERSION" "registry.k8s.io/kube-controller-manager:v$VERSION" "registry.k8s.io/kube-scheduler:v$VERSION" \
  "registry.k8s.io/kube-proxy:v$VERSION" "registry.k8s.io/etcd:$ETCD" "registry.k8s.io/coredns/coredns:$DNS" "registry.k8s.io/pause:$PAUSE" \
  "$STORAGE" "$HELPER" $ISTIO |
  docker exec --interactive kind-node-build ctr --namespace k8s.io images import --label=io.cri-containerd.pinned=pinned --all-platforms --no-unpack --digests -
docker exec kind-node-build sh -c 'kill $(grep -l "^containerd$" /proc/[0-9]*/comm | cut -d/ -f3)'
sleep 2 # until its databases are closed
docker commit --change 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]' kind-node-build "$IMAGE" >/dev/null
docker rm --force kind-node-build >/dev/null
