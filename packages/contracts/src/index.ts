export * from './document.contract.js';
export * from './path.contract.js';
