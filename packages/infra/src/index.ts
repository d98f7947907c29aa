export { prepareInfraTools } from './tools/prepare.ts';
