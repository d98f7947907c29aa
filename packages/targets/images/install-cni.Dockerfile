ARG BASE
FROM ${BASE}
COPY install-cni istio-cni /opt/cni/bin/
ENV PATH=/opt/cni/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /opt/cni/bin
CMD ["/opt/cni/bin/install-cni"]
