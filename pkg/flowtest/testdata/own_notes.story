# What we write on a ticket comes back by the helpdesk's webhook. It is nobody's activity and nobody's answer, whoever the helpdesk says wrote it; a customer's answer that quotes it is one.
ticket helio H-1 opened 'URGENT!!!' 'URGENT!!! Please escalate this ticket immediately!!!' requester=tom
await case helio state=needs_info
notified requester ticket=H-1
echo helio H-1 AGENT
echo helio H-1 CUSTOMER
echo helio H-1 CSM
notified requester ticket=H-1
echo helio H-1 CUSTOMER 'All reports have failed for more than 24 hours, and the audit committee meets tomorrow morning. That is why we ask you to escalate.'
await case helio state=pending_review recommendation=eligible
cases helio 1
# A ticket that nobody in support moves stays one, however often we write on it.
ticket acme T-1 opened 'Blank page' 'The page stays blank for us.' severity=SITE_UNUSABLE at=-169h requester=dana
await condition acme stale_ticket_1w change=raised subject=T-1
await case acme conditions=1
case acme approve by=lena
notified requester ticket=T-1 kind=approved
echo acme T-1 AGENT
echo acme T-1 CUSTOMER
ticket acme T-1 note AGENT 'We look at it now.'
await condition acme stale_ticket_1w change=cleared subject=T-1
