import { applyDecorators, Controller, UseFilters, UseInterceptors } from '@nestjs/common';
import { RpcDecodeInterceptor } from './decodable.js';
import { RpcErrorFilter } from './rpc-error.js';
import { RpcFaultInterceptor } from './rpc-fault.interceptor.js';
import { RpcLogInterceptor } from './rpc-log.interceptor.js';
import { RpcMetricsInterceptor } from './rpc-metrics.interceptor.js';
import { RpcTraceInterceptor } from './rpc-trace.interceptor.js';

/** A controller of gRPC methods: its errors become gRPC statuses, its calls are traced, logged, measured and meet the faults that they order. */
export const RpcController = () =>
  applyDecorators(
    Controller(),
    UseFilters(RpcErrorFilter),
    UseInterceptors(RpcTraceInterceptor, RpcLogInterceptor, RpcMetricsInterceptor, RpcDecodeInterceptor, RpcFaultInterceptor),
  );
