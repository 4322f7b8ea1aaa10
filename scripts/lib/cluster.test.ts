import { expect, it } from 'vitest'
import { rootlessProblem } from './cluster.ts'

const complete = {
  SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless', 'name=cgroupns'],
  CgroupVersion: '2',
  CpuCfsQuota: true,
  MemoryLimit: true,
  PidsLimit: true,
}

it('takes an engine with root whatever its cgroups are, and a rootless one that may limit', () => {
  expect(rootlessProblem({ ...complete, SecurityOptions: [], CgroupVersion: '1' })).toBeUndefined()
  expect(rootlessProblem(complete)).toBeUndefined()
})

it('says in one line what a rootless engine lacks', () => {
  expect(rootlessProblem({ ...complete, CgroupVersion: '1' })).toMatch(/is on cgroup v1: start .+$/)
  expect(rootlessProblem({ ...complete, CpuCfsQuota: false, PidsLimit: false })).toMatch(
    /not given the cgroup controllers cpu, pids: set Delegate=yes/,
  )
})
