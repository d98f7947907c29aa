import { parse } from '@marcbachmann/cel-js';
import type { Telemetry } from '../../kinds.ts';
import { field, items } from '../schema/violation.ts';
import { broken, type Violations } from './rules.ts';
import { targets, workloadSelector } from './selectors.ts';

type Spec = Telemetry['spec'];

/** Providers, tags of traces and sampling are in the CRD's own rules. */
export function* telemetryViolations({ spec }: Telemetry): Violations {
  yield* workloadSelector(spec.selector, 'spec.selector');
  yield* targets(spec);
  yield* metrics(spec.metrics ?? [], 'spec.metrics');
  yield* tracing(spec.tracing ?? [], 'spec.tracing');
  for (const [{ filter }, at] of items(spec.accessLogging, 'spec.accessLogging'))
    if (filter) yield* expression(filter.expression ?? '', field(at, 'filter', 'expression'));
}

function* metrics(all: NonNullable<Spec['metrics']>, path: string): Violations {
  for (const [{ overrides }, metric] of items(all, path))
    for (const [{ tagOverrides = {} }, override] of items(overrides, field(metric, 'overrides'))) {
      const at = field(override, 'tagOverrides');
      for (const [name, { operation = 'UPSERT', value }] of Object.entries(tagOverrides)) {
        if (name === '') yield broken('MESH194', at, 'a tag without a name', 'name the tag');
        if (operation === 'UPSERT' && !value)
          yield broken('MESH176', field(at, name), 'UPSERT, the default, needs a value', 'write value, or operation: REMOVE');
      }
    }
}

function* tracing(all: NonNullable<Spec['tracing']>, path: string): Violations {
  if (all.length > 1) yield broken('MESH194', path, 'only the first is used', 'keep one');
  for (const [{ customTags = {}, providers = [] }, at] of items(all, path)) {
    if (providers.length > 1) yield broken('MESH194', field(at, 'providers'), 'only the first is used', 'keep one');
    if (Object.hasOwn(customTags, '')) yield broken('MESH176', field(at, 'customTags'), 'a tag without a name', 'name the tag');
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
