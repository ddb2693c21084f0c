-- A zero in parentheses after the code of a country is dialled only within that country: +49 (0)30 is the
-- number +49 30, and 030 there. In some countries a zero belongs to the number, so both forms are tokens.

-- The digits 0 to 9 of a phone number as A to J, with the national prefix of France or the international
-- one: +33 6 and 0033 6 are 06; +49 is 0049.
create function phone_form(number text) returns text
    language sql immutable strict parallel safe
    return translate(
        regexp_replace(
            regexp_replace(replace(number, '(', ''), '^(\+|00)330?', '0'),
            '^\+', '00'),
        '0123456789+', 'ABCDEFGHIJ') || ' ';

create or replace function phone_token(phone text) returns text
    language sql immutable strict parallel safe
    return (
        select case
                when signs ~ '^\(?(\+|00)[0-9]{1,3}\(0'
                then phone_form(regexp_replace(signs, '^\(?(\+|00)([0-9]{1,3})\(0', '\1\2'))
                else ''
            end || phone_form(signs)
        from (select regexp_replace(fold(phone), '[^0-9+(]', '', 'g') as signs) number
    );

comment on function phone_form is 'Digits of a phone number in one form, as a token of a search text';
comment on function phone_token is 'Digits of a phone number as tokens of a search text, one for each form in which it is searched for';

-- The tokens of the stored numbers.
select refold();
