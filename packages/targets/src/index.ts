export { cached, keyOf, keyOfFiles } from './embedded/build/cache.ts';
export type { ImageRecipe } from './embedded/build/images.ts';
export { type ToolName, tool, toolNames } from './embedded/build/programs.ts';
export { EmbeddedTarget } from './embedded/embedded-target.ts';
export { cacheFolder, checkout, stateFolder } from './places.ts';
export { run } from './process/run.ts';
export { waitFor } from './process/wait.ts';
export { type Progress, silent } from './progress.ts';
export type { Finding, RunningTarget, Started, Target } from './target.ts';
