# PostgreSQL for clusters whose images Docker builds: the official image of the same release, with the entry point of postgres.Dockerfile.
FROM postgres:18.4-bookworm
RUN ln -s /usr/lib/postgresql/18 /usr/local/pgsql
COPY --chmod=0755 postgres-entrypoint.sh /usr/local/bin/
USER 999:999
# A fast shutdown: SIGTERM would wait for every client to leave, which a pool never does.
STOPSIGNAL SIGINT
ENTRYPOINT ["/usr/local/bin/postgres-entrypoint.sh"]
CMD []
