import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { commandLine } from '../main.ts';

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
  readonly args: readonly string[];
  readonly pass_filenames: boolean;
}

/** https://pre-commit.com/#new-hooks */
test('a hook of pre-commit runs a command that exists, on folders', () => {
  const hooks = load(readFileSync(join(checkout, '.pre-commit-hooks.yaml'), 'utf8')) as readonly Hook[];
  for (const hook of hooks) {
    expect(hook).toMatchObject({ id: expect.any(String), name: expect.any(String), language: 'script', pass_filenames: false });
    const [program = '', ...words] = hook.entry.split(' ');
    expect(() => accessSync(join(checkout, program), constants.X_OK)).not.toThrow();
    const command = words.reduce((parent, word) => parent.commands.find((one) => one.name() === word) ?? parent, commandLine());
    expect(command.name()).toBe(words.at(-1));
    expect(command.registeredArguments).toHaveLength(1);
  }
});
