import type { Document } from '@mesh-platform/contracts';
import type { Assets } from './assets/load-assets.js';
import type { Html } from './html/html.js';
import type { RenderedMarkdown } from './markdown/render-markdown.js';

/** Injects the version that this process serves. */
export const PAGE_VERSION = Symbol('PAGE_VERSION');

/** The three parts of the first page; a version arranges them. */
export interface HomeParts {
  /** A message about what went wrong; nothing otherwise. */
  notice: Html | undefined;
  editor: Html;
  documents: Html;
  path: Html;
}

export interface DocumentView {
  document: Omit<Document, 'body'>;
  content: RenderedMarkdown;
  /** The actions on the document. */
  actions: Html;
}

/** One version of the page: its look, its arrangement and the parts that only it has. */
export interface PageVersion {
  /** As SERVICE_VERSION names it. */
  version: string;
  assets: Assets;
  /** A whole page around what it is about. */
  frame(title: string, main: Html): Html;
  home(parts: HomeParts): Html;
  document(view: DocumentView): Html;
  /** A text as it looks once it is saved, next to the text while it is written. */
  preview(content: RenderedMarkdown): Html;
}
