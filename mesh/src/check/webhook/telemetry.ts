import { parse } from '@marcbachmann/cel-js';
import type { Telemetry } from '../../kinds.ts';
import { field, item } from '../schema/violation.ts';
import { broken, type Violations } from './rules.ts';
import { targets, workloadSelector } from './selectors.ts';

type Spec = Telemetry['spec'];

/** Providers, tags of traces and sampling are in the CRD's own rules. */
export function* telemetryViolations({ spec }: Telemetry): Violations {
  yield* workloadSelector(spec.selector, 'spec.selector');
  yield* targets(spec);
  yield* metrics(spec.metrics ?? [], 'spec.metrics');
  yield* tracing(spec.tracing ?? [], 'spec.tracing');
  for (const [index, { filter }] of (spec.accessLogging ?? []).entries())
    if (filter) yield* expression(filter.expression ?? '', field(field(item('spec.accessLogging', index), 'filter'), 'expression'));
}

function* metrics(all: NonNullable<Spec['metrics']>, path: string): Violations {
  for (const [index, { overrides = [] }] of all.entries())
    for (const [position, { tagOverrides = {} }] of overrides.entries()) {
      const at = field(item(field(item(path, index), 'overrides'), position), 'tagOverrides');
      for (const [name, { operation = 'UPSERT', value }] of Object.entries(tagOverrides)) {
        if (name === '') yield broken('MESH194', at, 'a tag without a name', 'name the tag');
        if (operation === 'UPSERT' && !value)
          yield broken('MESH176', field(at, name), 'UPSERT, the default, needs a value', 'write value, or operation: REMOVE');
      }
    }
}

function* tracing(all: NonNullable<Spec['tracing']>, path: string): Violations {
  if (all.length > 1) yield broken('MESH194', path, 'only the first is used', 'keep one');
  for (const [index, { customTags = {}, providers = [] }] of all.entries()) {
    if (providers.length > 1) yield broken('MESH194', field(item(path, index), 'providers'), 'only the first is used', 'keep one');
    if (Object.hasOwn(customTags, ''))
      yield broken('MESH176', field(item(path, index), 'customTags'), 'a tag without a name', 'name the tag');
  }
}

function* expression(text: string, path: string): Violations {
  try {
    parse(text);
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    yield broken('MESH176', path, `it is not a CEL expression: ${reason}`, 'write an expression such as response.code >= 400');
  }
}
