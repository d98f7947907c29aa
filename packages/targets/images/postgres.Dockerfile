ARG BASE
FROM ${BASE}
COPY etc/ /etc/
COPY native/ /usr/local/pgsql/
COPY --chmod=0755 postgres-entrypoint.sh /usr/local/bin/
USER 2000300001:2000300001
# A fast shutdown: SIGTERM would wait for every client to leave, which a pool never does.
STOPSIGNAL SIGINT
ENTRYPOINT ["/usr/local/bin/postgres-entrypoint.sh"]
