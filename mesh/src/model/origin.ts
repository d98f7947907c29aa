/** The source of an object. */
export interface Origin {
  readonly file: string;
  /** The first line, from 1. */
  readonly line: number;
}

const origins = new WeakMap<object, Origin>();

export const setOrigin = (object: object, origin: Origin): void => void origins.set(object, origin);

/** Undefined for an object that no file gave. */
export const originOf = (object: object): Origin | undefined => origins.get(object);
