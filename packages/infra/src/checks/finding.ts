import { relative } from 'node:path';
import { checkout } from '@mesh-platform/targets';

/** Something that Terraform would refuse, or that the house rules do. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** `infra/terraform/live/main.tf:12: …` */
export const sentence = ({ file, line, message }: Finding): string => `${relative(checkout, file)}:${line}: ${message}`;
