import type { DocumentPage, Hop } from '@mesh-platform/contracts';
import type { FieldError } from '@mesh-platform/service-kit';
import type { Assets } from './assets/load-assets.js';
import type { Html } from './html/html.js';
import type { RenderedMarkdown } from './markdown/render-markdown.js';

/** Injects the release that this process serves. */
export const RELEASE = Symbol('RELEASE');

/** What the form holds; after a refusal, what the person typed. */
export interface FormView {
  title: string;
  body: string;
  /** The idempotency key of this form: sent twice, it writes once. */
  key: string;
  errors: readonly FieldError[];
}

export interface HomeView {
  form: FormView;
  /** Undefined where web did not answer. */
  page: DocumentPage | undefined;
  /** Undefined where web did not answer. */
  hops: readonly Hop[] | undefined;
  /** A sentence about what went wrong. */
  notice?: string;
}

export interface DocumentView {
  title: string;
  updatedAt: string;
  content: RenderedMarkdown;
}

export interface MessageView {
  status: number;
  title: string;
  detail: string | undefined;
  requestId: string;
}

/** One release of the page: its templates and its assets. */
export interface Release {
  assets: Assets;
  home(view: HomeView): Html;
  document(view: DocumentView): Html;
  message(view: MessageView): Html;
}
