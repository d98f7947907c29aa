import { kept } from '../../../kept.ts';
import { Scopes } from '../../../model/scopes.ts';
import type { Host } from '../../../model/services.ts';
import { type Findings, type Found, rule } from '../rule.ts';

const describe = ({ namespace, name }: Host): string => `ServiceEntry ${namespace}/${name}`;

/** The values that entries give to a setting, each with the entries that give it. */
class Settings {
  readonly #values = new Map<string, Map<string, Scopes<Host>>>();

  /** Adds what an entry sets. Returns an earlier entry that sets another value, and that some namespace sees together with this one. */
  add(at: Host, setting: string, value: string): { readonly other: Host; readonly value: string } | undefined {
    const values = kept(this.#values, setting, () => new Map<string, Scopes<Host>>());
    kept(values, value, () => new Scopes<Host>()).add(at);
    for (const [one, others] of values) {
      const other = one === value ? undefined : others.meeting(at);
      if (other) return { other, value: one };
    }
    return undefined;
  }
}

export const agreedEntries = rule({
  code: 'MESH230',
  title: 'ServiceEntries of one host agree on its protocol, and in one namespace on its resolution',
  otherwise: 'proxies take the older one for the port, or do not know the other one at all',
  hint: 'write the same in both, or write one ServiceEntry',
  find: ({ hosts }) => {
    const protocols = new Settings();
    const resolutions = new Settings();
    return hosts
      .filter(({ isService }) => !isService)
      .flatMap((at) =>
        at.hosts.flatMap((host): readonly Found[] => {
          const resolution = resolutions.add(at, `${at.namespace} ${host}`, at.resolution ?? '');
          const ofPorts = at.ports.flatMap(({ number, appProtocol, path }): Findings => {
            const conflict = protocols.add(at, `${number} ${host}`, (appProtocol ?? '').toUpperCase());
            return conflict && conflict.other !== at
              ? {
                  at,
                  path: `${path}.protocol`,
                  message: `${describe(conflict.other)} has ${conflict.value || 'no protocol'} at port ${number} of ${host}`,
                }
              : [];
          });
          const message = resolution && `${describe(resolution.other)} has the resolution ${resolution.value} for ${host}`;
          return message ? [{ at, path: 'spec.resolution', message }, ...ofPorts] : ofPorts;
        }),
      );
  },
});
