-- The record of a contract shows when its event starts.
create or replace view contract_records as
select contracts.id, contracts.client_id,
    clients.name as client_name, clients.company as client_company,
    clients.commercial_id, coalesce(commercial.name, '') as commercial_name,
    contracts.event_title, contracts.total_cents, contracts.remaining_cents,
    contracts.date, contracts.signed, events.id as event_id,
    contracts.create_time, contracts.update_time, contracts.updated_by, contracts.version,
    contracts.event_title_sort, contracts.search,
    events.start_time as event_start_time
from contracts
join clients on clients.id = contracts.client_id
left join collaborators commercial on commercial.id = clients.commercial_id
left join events on events.contract_id = contracts.id;
