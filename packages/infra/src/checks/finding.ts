import { relative } from 'node:path';
import { checkout } from '@mesh-platform/targets';
import type { TerraformModule } from '../hcl/terraform-module.ts';

/** Something that Terraform or AWS would refuse, or that the house rules do. `code` and `hint`: the rule, and what fixes it. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly code?: string;
  readonly hint?: string;
}

/** `infra/terraform/live/main.tf:12: …` */
export const describeFinding = ({ file, line, message, code }: Finding): string =>
  `${relative(checkout, file)}:${line}: ${code ? `${code} ` : ''}${message}`;

/** Where a rule is broken, and how. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** A rule of AWS that no provider's schema contains. Codes are stable: 1xx first apply, 2xx pipeline, 3xx day two and destroy, 4xx values. */
export interface AwsCheck {
  readonly code: `AWS${number}`;
  readonly title: string;
  /** The edit that fixes it. */
  readonly hint: string;
  /** `called`: the modules that this one calls, for rules that reach over them. */
  readonly find: (module: TerraformModule, called: readonly TerraformModule[]) => readonly Place[];
}
