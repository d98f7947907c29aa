import { Module } from '@nestjs/common';
import { DocumentsController } from './documents.controller.js';
import { DocumentsRepository } from './documents.repository.js';

@Module({ controllers: [DocumentsController], providers: [DocumentsRepository] })
export class DocumentsModule {}
