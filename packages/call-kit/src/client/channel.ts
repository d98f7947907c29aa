import type { ChannelOptions } from '@grpc/grpc-js';

/** Options of a channel to a callee. */
export const CHANNEL: ChannelOptions = {
  // Retrying is the mesh's work: two layers of retries multiply.
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  // A dead connection is found while it is idle, not by the next request.
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 5000,
  'grpc.keepalive_permit_without_calls': 1,
  // A callee that comes back is used within a second or two; the default waits for up to two minutes.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2000,
};
