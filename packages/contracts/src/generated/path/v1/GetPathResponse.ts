// Original file: proto/path/v1/path.proto

import type { Hop__Input as _path_v1_Hop__Input, Hop as _path_v1_Hop } from '../../path/v1/Hop.js';

export interface GetPathResponse__Input {
  /**
   * in the order of travel
   */
  'hops'?: (_path_v1_Hop__Input)[];
}

export interface GetPathResponse {
  /**
   * in the order of travel
   */
  'hops': (_path_v1_Hop)[];
}
