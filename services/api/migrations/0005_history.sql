-- Entries of an account are numbered 1, 2, 3, … in the order in which they were booked, and that is the order of their
-- times. So where a day begins is found by their numbers, in about twenty steps, without an index on times.

-- How many entries of an account were booked before a moment: the sequence of the last one, or 0.
create function entries_before(account uuid, moment timestamptz) returns bigint
language plpgsql stable set search_path = public, pg_temp as $$
declare
  newest bigint;
  before bigint := 0;
  step bigint := 1;
begin
  select sequence into newest from entries where account_id = account order by sequence desc limit 1;
  while step <= newest loop
    step := step * 2;
  end loop;
  while step > 1 loop
    step := step / 2;
    if before + step <= newest and (select created_at < moment from entries
                                    where account_id = account and sequence = before + step) then
      before := before + step;
    end if;
  end loop;
  return before;
end $$;

revoke all on function entries_before(uuid, timestamptz) from public;
grant execute on function entries_before(uuid, timestamptz) to dwaybank_api;
