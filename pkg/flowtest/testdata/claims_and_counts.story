# A claim stands beside what is counted: fewer are locked out than are said to be, and it holds all the same.
signal auth_attempt tenant=helio users=1..3000 at=-4m method=PASSWORD outcome=SUCCESS
signal auth_attempt tenant=acme users=1..143 at=-2m method=PASSWORD outcome=FAILURE failure=TIMEOUT
await condition acme auth_failures_over_100 change=raised value=101
ticket acme T-1 opened 'Anmeldung' 'Rund 500 Leute können sich nicht anmelden. Bitte eskalieren!' requester=jonas
await case acme tickets=1 conditions=1 state=pending_review recommendation=eligible
case acme request-info by=lena note='Seit wann?'
notified requester ticket=T-1 language=de kind=info_needed says='Seit wann?'
cases acme 1
