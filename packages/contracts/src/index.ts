export * from './document.contract.js';
export * from './path.contract.js';
export * from './problem.contract.js';
