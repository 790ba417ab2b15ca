import 'reflect-metadata'
import {
  Controller,
  Get,
  Module,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import type { FastifyRequest } from 'fastify'
import type { AddressInfo } from 'node:net'
import { keysOf, type Contender } from '../contenders.ts'
import { createKeyCheck } from './key-check.ts'

class HelloController {
  hello(): { message: string } {
    return { message: 'hello' }
  }
}

class AppModule {}

// Decorators are called as functions: no compiler setting of this workspace has to change for one contender.
Controller()(HelloController)
const hello = Object.getOwnPropertyDescriptor(HelloController.prototype, 'hello') ?? {}
Get('hello')(HelloController.prototype, 'hello', hello)
Module({ controllers: [HelloController] })(AppModule)

export async function start(contender: Contender): Promise<number> {
  const isKey = createKeyCheck(keysOf(contender))
  const guard: CanActivate = {
    canActivate(context: ExecutionContext): boolean {
      const request = context.switchToHttp().getRequest<FastifyRequest>()
      if (isKey(request.headers['x-api-key'])) return true
      throw new UnauthorizedException('Invalid API key')
    },
  }
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
    logger: false,
  })
  app.useGlobalGuards(guard)
  await app.listen(0, '127.0.0.1')
  return (app.getHttpServer().address() as AddressInfo).port
}
