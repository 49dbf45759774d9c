# An outage becomes one case, however many tickets speak of it, and each audience is told once.
signal auth_attempt tenant=acme users=1..100 at=-2m method=SSO outcome=FAILURE failure=SERVICE_UNAVAILABLE
await condition acme sso_unavailable change=raised
signal auth_attempt tenant=acme users=101..101 at=-1m method=SSO outcome=FAILURE failure=SERVICE_UNAVAILABLE
await condition acme auth_failures_over_100 change=raised value=101 threshold=100 people=101
ticket acme T-1 opened 'Nobody can log in' 'Since this morning nobody gets in via SSO. Please escalate, our launch is at noon and everybody is blocked.' requester=dana
ticket acme T-2 opened 'Login kaputt' 'Seit heute früh kommt niemand mehr über SSO rein. Bitte eskalieren, um 10 Uhr startet unser Programm.' requester=jonas
ticket acme T-3 opened 'SSO down' 'SSO is down for all of us. Please escalate, nobody can work.' requester=ines
settled
repeat
settled
cases acme 0
cases platform 1
await case platform tickets=3 state=pending_review recommendation=eligible
notified leadership kind=case_opened
notified requester ticket=T-1 language=en
notified requester ticket=T-2 language=de
notified requester ticket=T-3 language=en
