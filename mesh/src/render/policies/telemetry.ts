import { type Telemetry, telemetry } from '../../kinds.ts';
import type { Mesh } from '../../topology/mesh.ts';

/** Each proxy writes a line for each request, whatever the installation's own default is: refusals and retries are read from them. */
export const accessLogTelemetry = ({ namespace }: Mesh): Telemetry =>
  telemetry({ name: 'default', namespace }, { accessLogging: [{ providers: [{ name: 'envoy' }] }] });
