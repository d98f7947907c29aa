import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAME = 'mesh-platform';

/** The root of the checkout: what `up` reads its manifests, images and toolchain from. */
export const checkout = fileURLToPath(new URL('../../..', import.meta.url));

/** What can be built again: `${XDG_CACHE_HOME:-~/.cache}/mesh-platform`. */
export const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), NAME);

/** What must survive a reboot: `${XDG_STATE_HOME:-~/.local/state}/mesh-platform`. */
export const stateFolder = (): string => join(process.env.XDG_STATE_HOME || join(homedir(), '.local/state'), NAME);

/** Sockets and locks; gone after a reboot. */
export const runFolder = `/run/${NAME}`;

/** The locks of this user, independent of its XDG variables, so that two shells of one user share them. No instance can have this name. */
export const lockFolder = (): string => join(process.getuid?.() === 0 ? runFolder : join(homedir(), '.local/state', NAME), '.locks');
