ARG BASE
FROM ${BASE}
COPY etc/ /etc/
COPY --chown=1337:1337 istio/ /var/lib/istio/
COPY envoy /usr/local/bin/
COPY pilot-agent /usr/local/bin/
USER 1337:1337
ENTRYPOINT ["/usr/local/bin/pilot-agent"]
