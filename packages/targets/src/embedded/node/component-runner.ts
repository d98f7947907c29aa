import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '@mesh-platform/kubernetes/platform-error';
import { timeLimit } from '@mesh-platform/kubernetes/time-limits';
import type { Component } from './components.ts';
import { layout } from './layout.ts';
import { beginLog, lastError } from './log-files.ts';
import { inNamespacesOf } from './namespaces.ts';
import type { ComponentStatus } from './plan.ts';

/** A component that ends this often within QUIET_MS of its start is not started again. */
const MAX_RESTARTS = 10;
const QUIET_MS = 60_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** Runs the node's components in its namespaces and restarts what ends, with a growing pause and a bound. */
export class ComponentRunner {
  /** Rejects when a component fails. */
  readonly failure: Promise<never>;
  readonly #states = new Map<string, ComponentStatus>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #init: number;
  readonly #logs: string;
  readonly #onChange: (states: readonly ComponentStatus[]) => void;
  #fail: (error: Error) => void = () => {};
  #stopping = false;

  constructor(init: number, logs: string, onChange: (states: readonly ComponentStatus[]) => void) {
    this.#init = init;
    this.#logs = logs;
    this.#onChange = onChange;
    this.failure = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failure.catch(() => {}); // reported through the status as well
  }

  start(component: Component): void {
    this.#launch(component, 0);
  }

  stop(): void {
    this.#stopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #launch(component: Component, restarts: number): void {
    if (this.#stopping) return;
    const startedAt = performance.now();
    const child = this.#spawn(component, restarts);
    this.#report({ name: component.name, state: 'running', restarts });
    child.once('close', () => {
      if (this.#stopping) return;
      const quiet = performance.now() - startedAt > timeLimit(QUIET_MS);
      this.#restart(component, quiet ? 1 : restarts + 1);
    });
  }

  #restart(component: Component, restarts: number): void {
    if (restarts > MAX_RESTARTS) {
      this.#report({ name: component.name, state: 'failed', restarts: restarts - 1 });
      this.#fail(
        new PlatformError(
          `${component.name} ended ${restarts} times: ${lastError(this.#logs, component.name)}`,
          `see ${join(this.#logs, `${component.name}.log`)}`,
        ),
      );
      return;
    }
    this.#report({ name: component.name, state: 'restarting', restarts });
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#launch(component, restarts);
      },
      Math.min(FIRST_PAUSE_MS * 2 ** (restarts - 1), LONGEST_PAUSE_MS),
    );
    this.#timers.add(timer);
  }

  #spawn({ name, command }: Component, restarts: number): ChildProcess {
    const file = join(this.#logs, `${name}.log`);
    if (restarts === 0) beginLog(file);
    const log = openSync(file, 'a'); // to append, so that it can be emptied under its writer

    const path = `${layout.binaries}:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin`;
    const [nsenter, ...namespaces] = inNamespacesOf(this.#init);
    const args = [...namespaces, '/usr/bin/env', '-i', `PATH=${path}`, 'HOME=/root', ...command];
    const child = spawn(nsenter, args, { stdio: ['ignore', log, log] });
    closeSync(log);
    child.once('error', () => {}); // 'close' follows
    return child;
  }

  #report(status: ComponentStatus): void {
    this.#states.set(status.name, status);
    this.#onChange([...this.#states.values()]);
  }
}
