/** Commands that fetch programs without a version, in a shell script, a step of a workflow or a Dockerfile. */
export function unpinnedCommands(script: string): readonly string[] {
  const commands = script.replace(/\\\n\s*/g, ' ').split(/\n|&&|\|\||;/);
  return commands.map((command) => command.trim()).filter((command) => !command.startsWith('#') && RULES.some((rule) => rule(command)));
}

const EXACT_NPM = /^(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+[\w.+-]*$/;

/** Debian's apt is not here: the suite's Release is signed, and a suite keeps one version of a package but for its fixes. */
const RULES: readonly ((command: string) => boolean)[] = [
  // Without a package, `npm install` may rewrite the lock file; `npm ci` does not.
  (command) => {
    const names = argumentsOf(command, /\bnpm (?:i|install|add)\b(.*)/);
    return names !== undefined && !(names.length > 0 && names.every((name) => EXACT_NPM.test(name)));
  },
  (command) =>
    argumentsOf(command, /\b(?:npx|npm exec|pnpm dlx|yarn dlx) (.*)/)
      ?.slice(0, 1)
      .some((name) => !EXACT_NPM.test(name)) ?? false,
  (command) =>
    !/--require-hashes/.test(command) &&
    (argumentsOf(command, /\bpip3? install(.*)/)?.some((name) => !/^[\w.[\]-]+==[\w.!+]+$/.test(name)) ?? false),
  (command) =>
    argumentsOf(command, /\bgo (?:install|get|run) (.*)/)
      ?.slice(0, 1)
      .some((name) => !/^\.|@v\d+\.\d+\.\d+|\.go$/.test(name)) ?? false,
  (command) => /\b(?:curl|wget)\b.*\|\s*(?:sudo )?(?:ba|z)?sh\b/.test(command),
];

/** What is named after the command; undefined where it is another command. */
const argumentsOf = (command: string, pattern: RegExp): readonly string[] | undefined =>
  pattern
    .exec(command)?.[1]
    ?.split(/\s+/)
    .map((word) => word.replace(/^["']|["']$/g, ''))
    .filter((word) => word && !word.startsWith('-'));
