import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { forwardedPorts } from '../scripts/lib/codespace.ts'
import { root } from '../scripts/lib/settings.ts'

const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8')

/** devcontainer.json is JSON with comments, which TypeScript reads too. */
function parse(text: string): Record<string, unknown> {
  const result = ts.parseConfigFileTextToJson('devcontainer.json', text)
  if (result.error) throw new Error(ts.flattenDiagnosticMessageText(result.error.messageText, '\n'))
  return result.config as Record<string, unknown>
}

const strict = { additionalProperties: false }
const command = Type.Union([
  Type.String(),
  Type.Array(Type.String()),
  Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())])),
])
const environment = Type.Record(Type.String(), Type.String())
const port = Type.Integer({ minimum: 0, maximum: 65535 })
const portAttributes = Type.Partial(
  Type.Object(
    {
      onAutoForward: Type.Enum([
        'notify',
        'openBrowser',
        'openBrowserOnce',
        'openPreview',
        'silent',
        'ignore',
      ]),
      elevateIfNeeded: Type.Boolean(),
      label: Type.String(),
      requireLocalPort: Type.Boolean(),
      protocol: Type.Enum(['http', 'https']),
    },
    strict,
  ),
)
const mount = Type.Union([
  Type.String({ pattern: '^(type|source|src|target|dst|destination)=' }),
  Type.Object({ type: Type.Enum(['bind', 'volume']), source: Type.String(), target: Type.String() }, strict),
])
const build = Type.Object(
  {
    dockerfile: Type.String(),
    context: Type.Optional(Type.String()),
    target: Type.Optional(Type.String()),
    args: Type.Optional(environment),
    cacheFrom: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
    options: Type.Optional(Type.Array(Type.String())),
  },
  strict,
)

/** The specification's devcontainer.json for a container that is built from a Dockerfile (containers.dev). */
const Specification = Type.Object(
  {
    build,
    ...Type.Partial(
      Type.Object({
        $schema: Type.String(),
        name: Type.String(),
        features: Type.Record(Type.String(), Type.Union([Type.String(), Type.Boolean(), Type.Object({})])),
        overrideFeatureInstallOrder: Type.Array(Type.String()),
        secrets: Type.Record(Type.String(), Type.Object({})),
        forwardPorts: Type.Array(Type.Union([port, Type.String({ pattern: '^[a-z0-9-]+:[0-9]{1,5}$' })])),
        portsAttributes: Type.Record(Type.String({ pattern: '^([0-9]+(-[0-9]+)?|.+)$' }), portAttributes),
        otherPortsAttributes: portAttributes,
        updateRemoteUserUID: Type.Boolean(),
        containerEnv: environment,
        containerUser: Type.String(),
        mounts: Type.Array(mount),
        init: Type.Boolean(),
        privileged: Type.Boolean(),
        capAdd: Type.Array(Type.String()),
        securityOpt: Type.Array(Type.String()),
        remoteEnv: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()])),
        remoteUser: Type.String(),
        initializeCommand: command,
        onCreateCommand: command,
        updateContentCommand: command,
        postCreateCommand: command,
        postStartCommand: command,
        postAttachCommand: command,
        waitFor: Type.Enum([
          'initializeCommand',
          'onCreateCommand',
          'updateContentCommand',
          'postCreateCommand',
          'postStartCommand',
        ]),
        userEnvProbe: Type.Enum(['none', 'loginShell', 'loginInteractiveShell', 'interactiveShell']),
        hostRequirements: Type.Object(
          {
            cpus: Type.Optional(Type.Integer({ minimum: 1 })),
            memory: Type.Optional(Type.String({ pattern: '^[0-9]+([tgmk]b)?$' })),
            storage: Type.Optional(Type.String({ pattern: '^[0-9]+([tgmk]b)?$' })),
            gpu: Type.Optional(Type.Union([Type.Boolean(), Type.Literal('optional'), Type.Object({})])),
          },
          strict,
        ),
        customizations: Type.Record(Type.String(), Type.Object({})),
        appPort: Type.Union([port, Type.String(), Type.Array(Type.Union([port, Type.String()]))]),
        runArgs: Type.Array(Type.String()),
        shutdownAction: Type.Enum(['none', 'stopContainer']),
        overrideCommand: Type.Boolean(),
        workspaceFolder: Type.String(),
        workspaceMount: Type.String(),
      }),
    ).properties,
  },
  strict,
)

/** What of a devcontainer.json the specification does not allow. */
function problems(config: unknown): string[] {
  return [...Value.Errors(Specification, config)].map(
    ({ instancePath, message }) => `${instancePath} ${message}`,
  )
}

describe('devcontainer.json', () => {
  const config = parse(read('.devcontainer/devcontainer.json'))

  it('is what the specification allows', () => {
    expect(problems(config)).toEqual([])
  })

  it.each([
    ['a property that does not exist', { forwardPort: [3000] }],
    ['a port that is none', { forwardPorts: [70_000] }],
    ['a lifecycle command of another kind', { onCreateCommand: true }],
    ['an attribute that does not exist', { portsAttributes: { 3000: { onAutoForward: 'loudly' } } }],
    ['a size without a unit of its own', { hostRequirements: { memory: '6 GiB' } }],
  ])('would be refused with %s', (_what, planted) => {
    expect(problems({ ...config, ...planted })).not.toEqual([])
  })

  it('forwards the front door and every tool, one port each, with a name', () => {
    const ports = config['forwardPorts'] as number[]
    expect(ports).toEqual(expect.arrayContaining(Object.values(forwardedPorts)))
    expect(
      Object.keys(config['portsAttributes'] as object)
        .map(Number)
        .sort(),
    ).toEqual([...ports].sort())
  })

  it('names no image and no feature: all of it is built here', () => {
    expect(config).not.toHaveProperty('image')
    expect(config).not.toHaveProperty('features')
    expect(fs.existsSync(path.join(root, '.devcontainer/devcontainer-lock.json'))).toBe(false)
  })
})

describe('what is not built here is locked', () => {
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n')

  it('every image that a Dockerfile starts from is ours, or comes from versions.yaml', () => {
    const dockerfiles = files.filter((file) => /(^|[./])Dockerfile$/.test(file))
    expect(dockerfiles.length).toBeGreaterThan(8)
    const known = /^(scratch|dway\/[a-z-]+|\$\{[A-Z_]+\})$/
    for (const file of dockerfiles) {
      const text = read(file)
      const stages = [...text.matchAll(/^FROM .* AS (\S+)$/gim)].map(([, stage]) => stage)
      const starts = [...text.matchAll(/^FROM (?:--\S+ )*(\S+)/gim)].map(([, image = '']) =>
        // Stages for each architecture are chosen by this name.
        image.replace('${TARGETARCH}', 'arm64'),
      )
      expect(
        starts.filter((image) => !known.test(image) && !stages.includes(image)),
        file,
      ).toEqual([])
      expect(text, file).not.toMatch(/^# *syntax *=/im)
    }
  })

  it('every released image has its digest', () => {
    const lines = read('toolchain/versions.yaml').split('\n')
    const images = lines.filter((line) => /_IMAGE: /.test(line))
    expect(images.length).toBeGreaterThan(2)
    expect(images.filter((line) => !/@sha256:[0-9a-f]{64}$/.test(line))).toEqual([])
  })

  it('every action of CI is named by its commit', () => {
    const workflows = files.filter((file) => file.startsWith('.github/workflows/'))
    expect(workflows.length).toBeGreaterThan(0)
    for (const file of workflows) {
      const uses = [...read(file).matchAll(/\buses: *(\S+)/g)].map(([, action = '']) => action)
      expect(
        uses.filter((action) => !/@[0-9a-f]{40}$/.test(action)),
        file,
      ).toEqual([])
    }
  })
})
