import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'
import { ensureToolImage } from '../../scripts/lib/tool-images.ts'

let image: string
beforeAll(async () => {
  image = await ensureToolImage('squawk')
}, 300_000)

/** What squawk says of the files below services/api, or of `sql` as if it were one: a line for each problem. */
async function squawk(what: { files: string[] } | { sql: string }): Promise<string[]> {
  const mount = `type=bind,source=${path.join(root, 'services/api')},target=/api,readonly`
  const container = ['--rm', '--interactive', '--network', 'none', '--cap-drop', 'ALL', '--mount', mount]
  const words = ['--config', '.squawk.toml', '--reporter', 'gcc']
  const files = 'files' in what ? what.files : ['--stdin-filepath', 'migrations/9999_planted.sql']
  const output = await $({
    input: 'sql' in what ? what.sql : '',
  })`docker run ${container} --workdir /api ${image} ${words} ${files}`.nothrow()
  const problems = output.stdout
    .split('\n')
    .filter((line) => line.includes('warning:') || line.includes('error:'))
  // 1 is its verdict; anything else means that it could not judge.
  if (output.exitCode !== (problems.length > 0 ? 1 : 0)) throw new Error(`squawk: ${output.stderr}`)
  return problems
}

describe('squawk', () => {
  it('finds nothing in the migrations', async () => {
    expect(await squawk({ files: ['migrations/*.sql'] })).toEqual([])
  })

  it.each([
    [
      'an index that blocks writes while it is built',
      'create index a on entries (amount);',
      'require-concurrent-index-creation',
    ],
    [
      'a column made mandatory while nobody may read',
      'alter table accounts alter column customer_id set not null;',
      'adding-not-nullable-field',
    ],
    [
      'a constraint checked against every row at once',
      'alter table entries add constraint small check (amount < 10);',
      'constraint-missing-not-valid',
    ],
    [
      'a column that the previous release still reads',
      'alter table customers drop column name;',
      'ban-drop-column',
    ],
    [
      'a name that the previous release does not know',
      'alter table customers rename column name to full_name;',
      'renaming-column',
    ],
    ['what is not SQL', 'alter tabel customers;', 'syntax-error'],
  ])('finds %s', async (_what, sql, rule) => {
    expect((await squawk({ sql })).join('\n')).toContain(rule)
  })

  it('lets pass what blocks nobody', async () => {
    const sql = `create table notes (id bigint primary key, account_id uuid not null);
      create index notes_by_account on notes (account_id);
      alter table entries add column note text;
      alter table entries add constraint entries_note_short check (length(note) <= 140) not valid;`
    expect(await squawk({ sql })).toEqual([])
  })

  it('lets pass an index that is built concurrently', async () => {
    const sql =
      '-- outside of a transaction\ncreate index concurrently entries_by_amount on entries (amount);'
    expect(await squawk({ sql })).toEqual([])
  })
})
