export { checkFiles, type FileProblem } from './check-files.ts';
