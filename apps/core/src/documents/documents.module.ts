import { type DynamicModule, Module } from '@nestjs/common';
import { CURSOR_SETTINGS, type CursorSettings, Cursors } from './cursor.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsRepository } from './documents.repository.js';

@Module({ controllers: [DocumentsController], providers: [Cursors, DocumentsRepository] })
class DocumentsModule {}

/** The documents, whose pages have cursors signed with the environment's key. */
export const documentsModule = (settings: CursorSettings): DynamicModule => ({
  module: DocumentsModule,
  providers: [{ provide: CURSOR_SETTINGS, useValue: settings }],
});
