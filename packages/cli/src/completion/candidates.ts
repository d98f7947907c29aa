import type { Argument, Command, Option } from 'commander';

/** A word that may come next, with its description. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** Gives the values that only the checkout knows: of `service`, `version` and `environment`, after these arguments. */
export type ValuesOf = (name: string, args: readonly string[]) => Promise<readonly string[]>;

/** The commands, options and values that may be the last of these words; none where it may be anything, such as a file. */
export async function candidatesFor(program: Command, words: readonly string[], valuesOf: ValuesOf): Promise<readonly Candidate[]> {
  const last = words.at(-1) ?? '';
  const [, flag, start] = /^(--[\w-]+)=(.*)$/.exec(last) ?? [];
  const before = flag ? [...words.slice(0, -1), flag] : words.slice(0, -1);
  const found = await following(
    program,
    before.filter((word) => word !== '='),
    start ?? last,
    valuesOf,
  ); // bash makes a word of =
  const wanted = start ?? (last === '=' ? '' : last);
  return found
    .filter(({ value }) => value.startsWith(wanted))
    .map((candidate) => (flag ? { ...candidate, value: `${flag}=${candidate.value}` } : candidate));
}

async function following(program: Command, before: readonly string[], last: string, valuesOf: ValuesOf): Promise<readonly Candidate[]> {
  let command = program;
  let open: Option | undefined;
  const options = () => lineageOf(command).flatMap((one) => one.createHelp().visibleOptions(one));
  const args: string[] = [];
  for (const word of before) {
    if (open) open = undefined;
    else if (word === '--') return [];
    else if (word.startsWith('-')) {
      const option = options().find(({ long, short }) => word === long || word === short);
      open = option?.required ? option : undefined;
    } else {
      const next = command.commands.find((one) => one.name() === word);
      if (word === 'help' && command.commands.length > 0) continue; // the words after it are those of another command
      if (next) command = next;
      else args.push(word);
    }
  }
  if (open) return values(open, placeholderOf(open), args, valuesOf);
  if (last.startsWith('-')) return options().map(({ long, short, description }) => ({ value: long ?? short ?? '', description }));
  if (command.commands.length > 0) {
    const help = command.createHelp();
    return help.visibleCommands(command).map((one) => ({ value: one.name(), description: help.subcommandDescription(one) }));
  }
  const argument = command.registeredArguments[args.length] ?? command.registeredArguments.findLast(({ variadic }) => variadic);
  return argument ? values(argument, argument.name(), args, valuesOf) : [];
}

const lineageOf = (command: Command): readonly Command[] => (command.parent ? [command, ...lineageOf(command.parent)] : [command]);

/** `service` of `--from <service>` */
const placeholderOf = ({ flags }: Option): string => /<([\w-]+)/.exec(flags)?.[1] ?? '';

async function values({ argChoices }: Pick<Argument | Option, 'argChoices'>, name: string, args: readonly string[], valuesOf: ValuesOf) {
  return (argChoices ?? (await valuesOf(name.replace(/s$/, ''), args))).map((value) => ({ value, description: '' }));
}
