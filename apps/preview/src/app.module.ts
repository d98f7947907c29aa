import { LOGGER, type Logger } from '@mesh-platform/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ApiController } from './api/api.controller.js';
import { AssetsController } from './assets/assets.controller.js';
import type { PreviewEnv } from './env.js';
import { BodyTypeGuard } from './form/body-type.guard.js';
import { MarkdownController } from './markdown/markdown.controller.js';
import { MarkdownRenderer, RENDERER_OPTIONS } from './markdown/markdown-renderer.js';
import { DocumentController } from './page/document.controller.js';
import { HomeController } from './page/home.controller.js';
import { SameOriginGuard } from './page/same-origin.guard.js';
import { PAGE_VERSION, type PageVersion } from './page-version.js';
import { PREVIEW_ENV, WebClient } from './web/web-client.js';

@Module({ controllers: [HomeController, DocumentController, MarkdownController, ApiController, AssetsController] })
class AppModule {}

/** The page, the API and the assets of one version. */
export function appModule(env: PreviewEnv, pageVersion: PageVersion): DynamicModule {
  const values = [
    { provide: PREVIEW_ENV, useValue: env },
    { provide: PAGE_VERSION, useValue: pageVersion },
  ];
  const guards = [SameOriginGuard, BodyTypeGuard].map((useClass) => ({ provide: APP_GUARD, useClass }));
  const renderer = {
    provide: MarkdownRenderer,
    useFactory: (logger: Logger) => new MarkdownRenderer(logger, RENDERER_OPTIONS),
    inject: [LOGGER],
  };
  return { module: AppModule, providers: [...values, ...guards, renderer, WebClient] };
}
