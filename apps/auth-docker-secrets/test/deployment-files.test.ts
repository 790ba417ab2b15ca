import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, runProcess, startProcess, temporaryFolder, typescriptLoader } from '@chapkit/testing'
import { expect, test } from 'vitest'
import { readFile, readYaml } from './files.ts'

// There is no container engine where the tests run: files are parsed, their names compared, their commands run as they are.

const cwd = new URL('..', import.meta.url)
const dockerfile = readFile('Dockerfile').replaceAll('\\\n', ' ')
const VARIABLE = 'CHAPKIT_API_KEY_FILE'

function command(instruction: RegExp): string[] {
  return JSON.parse(instruction.exec(dockerfile)?.[1] ?? '[]') as string[]
}

test('Dockerfile: its command starts the service, its health check passes, and a stop gives requests time', async () => {
  const port = String(await freePort())
  const [file = '', ...args] = command(/^CMD (\[.*\])$/m)
  expect(args).toEqual(['start', '-a', '0.0.0.0', '-p', '8000', '--options', 'app.ts'])
  const running = await startProcess([file, ...args.map((arg) => arg.replace('8000', port))], {
    cwd,
    env: {
      FASTIFY_CLOSE_GRACE_DELAY: /FASTIFY_CLOSE_GRACE_DELAY=(\d+)/.exec(dockerfile)?.[1] ?? '',
      CHAPKIT_API_KEY_FILE: fileURLToPath(new URL('secrets/api_keys.txt.example', cwd)),
      LOG_FORMAT: 'json',
      // Node 24, which the image has, needs no loader.
      NODE_OPTIONS: typescriptLoader.join(' '),
    },
    ready: /Server listening/,
  })
  const [node = '', ...check] = command(/HEALTHCHECK .* CMD (\[.*\])$/m).map((arg) =>
    arg.replace('8000', port),
  )
  expect(await runProcess([node, ...check], { cwd })).toMatchObject({ code: 0, stderr: '' })
  expect(await running.stop()).toMatchObject({ code: 0 })
  expect(await runProcess([node, ...check], { cwd })).toMatchObject({ code: 1 })
})

test('Dockerfile: no root, no development dependencies, no secret in the image', () => {
  expect(dockerfile).toContain('FROM node:24-slim\n')
  expect(dockerfile).toContain('npm ci --omit=dev')
  expect(dockerfile).toMatch(/^USER node$/m)
  const ignored = readFile('.dockerignore').split('\n')
  expect(ignored[0]).toBe('*')
  const copied = [...dockerfile.matchAll(/^COPY (.*) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' '),
  )
  expect(copied.map((source) => `!${source}`).toSorted()).toEqual(
    ignored.filter((line) => line.startsWith('!')).toSorted(),
  )
})

test('the file with real keys is ignored by git', () => {
  expect(readFile('.gitignore').split('\n')).toContain('secrets/api_keys.txt')
})

test('compose.yaml: the service reads the secret that it is given', () => {
  const [{ services, secrets }] = readYaml('compose.yaml')
  const service = services['chapkit-service']
  const [secret] = service.secrets
  expect(service.environment[VARIABLE]).toBe(`/run/secrets/${secret}`)
  expect(secrets[secret].file).toBe('./secrets/api_keys.txt')
  expect(service.ports).toEqual(['8000:8000'])
  expect(seconds(service.stop_grace_period)).toBeGreaterThan(closeDelaySeconds())
})

test('stack.yaml: the service reads the secret that swarm.sh creates', () => {
  const [{ services, secrets }] = readYaml('stack.yaml')
  const [secret] = services.app.secrets
  expect(services.app.environment[VARIABLE]).toBe(`/run/secrets/${secret}`)
  expect(secrets[secret]).toEqual({ external: true })
  expect(readFile('swarm.sh')).toContain(`docker secret create ${secret} -`)
  expect(seconds(services.app.stop_grace_period)).toBeGreaterThan(closeDelaySeconds())
})

test('swarm.sh: creates the secret, and the service that reads it; rotates under the same path', async () => {
  const folder = temporaryFolder()
  // Writes what it is told, and what it is sent for a secret, instead of doing it.
  writeFileSync(join(folder, 'docker'), '#!/bin/sh\necho "$@"\nif [ "$1" = secret ]; then cat; fi\n')
  chmodSync(join(folder, 'docker'), 0o755)
  const { code, stdout, stderr } = await runProcess(['bash', 'swarm.sh'], {
    cwd,
    env: { PATH: `${folder}${delimiter}${process.env['PATH']}` },
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.trim().split('\n')).toEqual([
    'secret create chapkit_api_keys -',
    'sk_prod_a1b2c3d4e5f6g7h8',
    'sk_prod_x1y2z3a4b5c6d7e8',
    'service create --name my-chapkit-service --secret chapkit_api_keys --env CHAPKIT_API_KEY_FILE=/run/secrets/chapkit_api_keys --publish 8000:8000 --read-only --stop-grace-period 15s your-chapkit-app',
    'secret create chapkit_api_keys_2 -',
    'sk_prod_a1b2c3d4e5f6g7h8',
    'sk_prod_n9o8p7q6r5s4t3u2',
    'service update --secret-rm chapkit_api_keys --secret-add source=chapkit_api_keys_2,target=chapkit_api_keys my-chapkit-service',
  ])
})

test('Kubernetes: the pod mounts the secret where the service reads it, and is probed without a key', () => {
  const [secret] = readYaml('kubernetes/secret.yaml')
  const [deployment, service] = readYaml('kubernetes/deployment.yaml')
  const pod = deployment.spec.template.spec
  const [container] = pod.containers
  const [mount] = container.volumeMounts
  const volume = pod.volumes.find(({ name }: { name: string }) => name === mount.name)
  const [file] = Object.keys(secret.stringData)

  expect(volume.secret.secretName).toBe(secret.metadata.name)
  expect(volume.secret.defaultMode).toBe(0o440)
  expect(mount).not.toHaveProperty('subPath')
  expect(container.env).toEqual([{ name: VARIABLE, value: `${mount.mountPath}/${file}` }])
  expect(deployment.spec.selector.matchLabels).toEqual(deployment.spec.template.metadata.labels)
  expect(service.spec.selector).toEqual(deployment.spec.template.metadata.labels)

  const [port] = container.ports
  expect(container.livenessProbe.httpGet).toEqual({ path: '/health/live', port: port.name })
  expect(container.readinessProbe.httpGet).toEqual({ path: '/health/ready', port: port.name })
  expect(service.spec.ports).toEqual([{ port: port.containerPort, targetPort: port.name }])
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, fsGroup: pod.securityContext.runAsGroup })
  expect(container.securityContext).toMatchObject({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
})

function closeDelaySeconds(): number {
  return Number(/FASTIFY_CLOSE_GRACE_DELAY=(\d+)/.exec(dockerfile)?.[1]) / 1000
}

function seconds(duration: string): number {
  return Number(/^(\d+)s$/.exec(duration)?.[1])
}
