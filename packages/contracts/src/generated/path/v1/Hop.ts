// Original file: proto/path/v1/path.proto


export interface Hop__Input {
  'service'?: (string);
  'version'?: (string);
  'pod'?: (string);
  /**
   * SPIFFE identity that the callee's own sidecar verified; unset without a sidecar
   */
  'caller'?: (string);
  /**
   * from 1
   */
  'attempts'?: (number);
  'ms'?: (number | string);
  '_caller'?: "caller";
}

export interface Hop {
  'service': (string);
  'version': (string);
  'pod': (string);
  /**
   * SPIFFE identity that the callee's own sidecar verified; unset without a sidecar
   */
  'caller'?: (string);
  /**
   * from 1
   */
  'attempts': (number);
  'ms': (number);
  '_caller'?: "caller";
}
