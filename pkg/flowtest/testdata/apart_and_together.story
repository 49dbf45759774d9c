# What leadership parts stays apart, what it merges stays together, and nobody is told twice because of it.
signal auth_attempt tenant=acme users=1..100 at=-2m method=SSO outcome=FAILURE failure=SERVICE_UNAVAILABLE
await condition acme sso_unavailable change=raised
signal auth_attempt tenant=acme users=101..101 at=-1m method=SSO outcome=FAILURE failure=SERVICE_UNAVAILABLE
await condition acme auth_failures_over_100 change=raised value=101 threshold=100 people=101
ticket acme T-1 opened 'Nobody can log in' 'Since this morning nobody gets in via SSO. Please escalate, our launch is at noon and everybody is blocked.' requester=dana
ticket acme T-2 opened 'SSO down' 'SSO is down for all of us. Please escalate, nobody can work.' requester=ines
await case platform tickets=2 state=pending_review
settled
split T-2 by=lena note='another trouble than the log-in'
await case acme tickets=1 state=pending_review
ticket acme T-2 note CUSTOMER 'SSO is still down for all of us. Please escalate this, nobody can work.' at=0s
repeat
redeliver TICKETS
settled
cases acme 1
cases platform 1
notified leadership kind=case_opened
notified requester ticket=T-1 times=1
notified requester ticket=T-2 times=1
merge T-2 T-1 by=lena note='the same after all'
redeliver TICKETS
redeliver CONDITIONS
settled
cases acme 0
cases platform 1
await case platform tickets=2 state=pending_review
notified leadership kind=case_opened
notified requester times=2
case platform approve by=lena
settled
notified leadership kind=case_opened
notified leadership kind=approved
notified requester ticket=T-1 kind=approved
notified requester ticket=T-2 kind=approved
