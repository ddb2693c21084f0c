drop view client_records;
drop trigger collaborators_refresh_clients on collaborators;
drop function collaborators_refresh_clients;
drop table clients;
drop function clients_search;
