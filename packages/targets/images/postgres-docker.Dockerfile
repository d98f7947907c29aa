# PostgreSQL for clusters whose images Docker builds: the official image of the same release, with the entry point of postgres.Dockerfile.
ARG BASE=postgres:18.4-bookworm
FROM ${BASE}
RUN ln -s /usr/lib/postgresql/18 /usr/local/pgsql && usermod --uid 2000300001 postgres && groupmod --gid 2000300001 postgres
COPY --chmod=0755 postgres-entrypoint.sh /usr/local/bin/
USER 2000300001:2000300001
# A fast shutdown: SIGTERM would wait for every client to leave, which a pool never does.
STOPSIGNAL SIGINT
ENTRYPOINT ["/usr/local/bin/postgres-entrypoint.sh"]
CMD []
