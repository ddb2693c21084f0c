-- Serves "events that overlap a period" and "events that are running". An index on the start or the
-- end alone would read every event before or after the period, because nothing limits how long an
-- event lasts. The functions of the condition must be written exactly as here.
create index events_by_period on events using gist (tstzrange(start_time, end_time));

comment on index events_by_period is 'Finds the events that overlap a period';
