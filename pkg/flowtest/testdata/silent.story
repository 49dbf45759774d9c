# A ticket that makes the site unusable and that nobody in support moves for a week becomes a case, once, until support acts.
ticket acme T-1 opened 'Blank page' 'The page stays blank for us.' severity=SITE_UNUSABLE at=-169h requester=dana
ticket acme T-1 note CUSTOMER 'Any news?' at=-100h
ticket acme T-2 opened 'Logo' 'Where do I change the logo?' at=-200h
await condition acme stale_ticket_1w change=raised subject=T-1 value=168
await case acme conditions=1
settled
cases acme 1
ticket acme T-1 note AGENT 'We look at it now.'
await condition acme stale_ticket_1w change=cleared subject=T-1
settled
cases acme 1
