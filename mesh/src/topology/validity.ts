import type { RetryCondition, UnseenCondition } from './mesh.ts';
import type { MeshSpec } from './spec.ts';

declare const problem: unique symbol;
/** A type that no value has: the compiler prints its message, and what would have been right. */
interface Problem<Message extends string, NameOneOf extends string = never> {
  readonly [problem]: [Message, NameOneOf];
}

/**
 * The requirements of a topology, as types. Where one is violated, the compiler prints a message:
 * `Type '{ timeout: "3s"; }' is not assignable to type '{ … } & Problem<"there is no service 'wbe'", "preview" | "web">'`.
 */
export type Valid<T extends MeshSpec> = {
  readonly gateway?: {
    readonly to: ValidEntry<T, T['gateway']>;
    readonly hosts?: ValidHostsOf<T['gateway']>;
    readonly methods?: ValidMethods<T['gateway']>;
  };
  readonly services: { readonly [S in keyof T['services']]: { readonly calls?: ValidCalls<T, T['services'][S]> } };
  readonly weights?: { readonly [S in keyof T['weights']]: ValidWeights<T, S, T['weights'][S]> };
};

type ValidEntry<T extends MeshSpec, Entry> = Entry extends { readonly to: infer To extends string }
  ? To extends Names<T>
    ? unknown
    : Missing<To, Names<T>>
  : unknown;

type ValidHostsOf<Entry> = Entry extends { readonly hosts: infer Hosts extends readonly string[] } ? ValidHosts<Hosts> : unknown;

/** Hosts of a gateway; those that are not literal are left to the check at run time. */
export type ValidHosts<Hosts extends readonly string[]> = { readonly [I in keyof Hosts]: ValidHost<Hosts[I]> };

type ValidHost<Host extends string> = string extends Host
  ? Host
  : Host extends `${string}://${string}`
    ? Problem<`the host '${Host}' has a scheme`>
    : Host extends `${string}/${string}`
      ? Problem<`the host '${Host}' has a path`>
      : Host extends `${string}:${string}`
        ? Problem<`the host '${Host}' has a port`>
        : Host extends '*' | Lowercase<Host>
          ? Host extends '*'
            ? Host
            : WithoutFirstStar<Host> extends `${string}*${string}`
              ? Problem<`the host '${Host}' has a * that is not its whole first label`>
              : Host
          : Problem<`the host '${Host}' has upper-case letters`>;
type WithoutFirstStar<Host extends string> = Host extends `*.${infer Rest}` ? Rest : Host;

/** `infer` lets the compiler print the names themselves. */
type Missing<Name extends string, Known extends string> = [Known] extends [infer K extends string]
  ? Problem<`there is no service '${Name}'`, K>
  : never;

type Names<T extends MeshSpec> = keyof T['services'] & string;
type Callees<T extends MeshSpec> = Names<T> | (keyof T['externals'] & string);

type ValidCalls<T extends MeshSpec, Service> = Service extends { readonly calls: infer Calls }
  ? {
      readonly [C in keyof Calls]: C extends Callees<T> ? ValidCall<T, C, Calls[C]> : Missing<C & string, Callees<T>>;
    }
  : unknown;

type ValidCall<T extends MeshSpec, Callee, Call> = Callee extends keyof T['services']
  ? T['services'][Callee]['protocol'] extends 'tcp'
    ? { readonly [K in keyof Call]: Problem<`'${Callee & string}' speaks tcp, which has no ${K & string}`> }
    : Call extends { readonly timeout: string }
      ? Call extends { readonly methods: object }
        ? { readonly methods?: ValidMethods<Call> }
        : ValidRetries<'', Call>
      : Problem<`a call to '${Callee & string}' needs a timeout`>
  : unknown;

type ValidMethods<Call> = Call extends { readonly methods: infer Methods }
  ? { readonly [M in keyof Methods]: ValidRetries<M, Methods[M]> }
  : unknown;

/** After a pod may have seen a request, only idempotent requests are retried. */
type ValidRetries<Key, Methods> = Methods extends { readonly retries: { readonly on: infer On extends readonly RetryCondition[] } }
  ? Methods extends { readonly idempotent: true }
    ? unknown
    : IsIdempotent<Key> extends true
      ? unknown
      : On[number] extends UnseenCondition
        ? unknown
        : {
            readonly idempotent: Problem<`retried on ${Exclude<On[number], UnseenCondition>}, after the callee may have executed it: name its methods, and set idempotent: true where that is safe`>;
          }
  : unknown;

type IdempotentVerb = 'GET' | 'HEAD' | 'OPTIONS' | 'PUT' | 'DELETE' | 'TRACE';
type IsIdempotent<Key> = Key extends `${infer Verbs} /${string}` ? AllIdempotent<Verbs> : false;
type AllIdempotent<Verbs extends string> = Verbs extends `${infer First},${infer Rest}`
  ? First extends IdempotentVerb
    ? AllIdempotent<Rest>
    : false
  : Verbs extends IdempotentVerb
    ? true
    : false;

type ValidWeights<T extends MeshSpec, S, Given> =
  S extends Names<T>
    ? T['services'][S]['versions'] extends infer Versions extends readonly string[]
      ? {
          readonly [V in keyof Given]: V extends Versions[number]
            ? ValidPercent<Given[V]>
            : Problem<`'${S}' has no version '${V & string}'`, Versions[number]>;
        } & ValidSum<Versions, Given>
      : never
    : Missing<S & string, Names<T>>;

type ValidPercent<P> = number extends P
  ? unknown
  : P extends keyof Ones
    ? unknown
    : P extends number
      ? Problem<`${P} is no whole percent from 0 to 100`>
      : unknown;

/** Folds over the versions; numbers that are not literal are left to the check at run time. */
type ValidSum<Versions extends readonly string[], Given> =
  Sum<Versions, Given> extends infer Total extends readonly 1[]
    ? Total['length'] extends 100
      ? unknown
      : { readonly [V in Versions[number]]: Problem<`the weights add up to ${Total['length'] & number}, not to 100`> }
    : unknown;
type Sum<Versions extends readonly string[], Given, Total extends readonly 1[] = []> = Versions extends readonly [
  infer V extends string,
  ...infer Rest extends readonly string[],
]
  ? V extends keyof Given
    ? Given[V] extends infer P extends keyof Ones
      ? Sum<Rest, Given, [...Total, ...Ones[P]]>
      : unknown
    : Sum<Rest, Given, Total>
  : Total;

/** Tuples of each length from 0 to 100: addition is their concatenation. */
type Ones = OnesUpTo<[], []>;
type OnesUpTo<All extends readonly (readonly 1[])[], Next extends readonly 1[]> = All['length'] extends 101
  ? { readonly [N in Whole<All> & number]: All[N] }
  : OnesUpTo<[...All, Next], [...Next, 1]>;
type Whole<All extends readonly unknown[]> = { [I in keyof All]: I extends `${infer N extends number}` ? N : never }[number];
