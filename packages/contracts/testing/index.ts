export {
  type CoreAnswer,
  type CoreMethod,
  type Given,
  type Interaction,
  interactions,
  SOME_STATE,
  type State,
  statusesOf,
  type WireDocument,
} from './web-and-core.js';
