drop trigger clients_refresh_contracts on clients;
drop function clients_refresh_contracts;
drop table contracts;
drop function contracts_search;
