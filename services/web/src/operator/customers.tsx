import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { PageHead } from '../parts/page-head.tsx'
import { queryClient } from '../session.ts'
import list from '../views/security.module.css'
import { customersQuery } from './bank.ts'
import { FoundList } from './found-list.tsx'
import { SearchForm } from './search-form.tsx'
import { useOperatorMessages } from './words.ts'

const route = getRouteApi('/operator/')

/** Finds customers by what an operator was told of them. */
export function Customers() {
  const { customers: words } = useOperatorMessages()
  const { q = '' } = route.useSearch()
  const navigate = useNavigate()
  const customers = useInfiniteQuery(customersQuery(q))
  const search = (wanted: string) => {
    // Asked again, it may have another answer; going back shows the one that was given.
    void queryClient.invalidateQueries({ queryKey: customersQuery(wanted).queryKey })
    void navigate({ to: '/operator', search: { q: wanted }, resetScroll: false })
  }
  return (
    <>
      <PageHead title={words.heading} />
      <SearchForm label={words.field} hint={words.hint} q={q} maxLength={100} onSearch={search} />
      {q !== '' && (
        <FoundList key={q} query={customers} words={words}>
          {({ id, name, email, role }) => (
            <div>
              <p className={list['what']}>
                <Link to="/operator/customers/$customerId" params={{ customerId: id }}>
                  {name}
                </Link>
                {role === 'operator' && <span className={list['badge']}>{words.operator}</span>}
              </p>
              <p className={list['note']}>{email}</p>
            </div>
          )}
        </FoundList>
      )}
    </>
  )
}
