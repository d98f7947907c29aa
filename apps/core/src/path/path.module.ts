import { Module } from '@nestjs/common';
import { PathController } from './path.controller.js';

@Module({ controllers: [PathController] })
export class PathModule {}
