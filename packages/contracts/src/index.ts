// #region samples
export * from './documents/document.contract.js';
export * from './documents/visible-text.js';
// #endregion samples
export * from './path.contract.js';
export * from './problem.contract.js';
