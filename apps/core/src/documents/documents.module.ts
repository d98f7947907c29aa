import { Module } from '@nestjs/common';
import { Cursors } from './cursor.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsRepository } from './documents.repository.js';

@Module({ controllers: [DocumentsController], providers: [Cursors, DocumentsRepository] })
export class DocumentsModule {}
