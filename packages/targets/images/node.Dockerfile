ARG BASE
FROM ${BASE}
COPY node /usr/local/bin/node
