import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { change } from '../support/planted-changes.ts'

export default {
  breaks: 'a policy opens another port than the one that is asked',
  step: 4,
  in: 'bank',
  finds: { rule: 'connections', subject: 'pgadmin → postgres:5432 works' },
  plant: () =>
    change({ object: 'networkpolicy/allow-pgadmin-to-postgres-ingress' }, [
      { op: 'replace', path: '/spec/ingress/0/ports/0/port', value: 5433 },
    ]),
} satisfies Fault
