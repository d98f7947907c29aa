// #region samples
export * from './documents/document.contract.js';
// #endregion samples
export * from './path.contract.js';
export * from './problem.contract.js';
