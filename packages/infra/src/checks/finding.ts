import { relative } from 'node:path';
import { checkout } from '@mesh-platform/targets';

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
